import { z } from 'zod';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import type { CollectRequest } from '../../src/app/collect.ts';
import type { Catalogue } from '../../src/catalog/catalogue.ts';
import { loadCatalogue } from '../../src/catalog/load.ts';
import type { Aws, Service } from '../../src/collect/service.ts';
import { population } from '../../src/collect/service.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Json } from '../../src/model/json.ts';
import type { Task } from '../../src/model/run.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { type Answer, err, ok, tableCloud } from '../collect/table-cloud.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const BOX = 'AWS::Demo::Box';
export const TASK: Task = { account: ACCOUNT, region: REGION, service: 'demo' };
const anything = z.unknown() as z.ZodType<Json>;

const boxOf = (aws: Aws, name: string) =>
  aws.get('demo:GetBox', { Name: name }, z.object({ Locked: z.boolean(), Age: z.int() }));

const boxes = population({
  type: BOX,
  facts: { locked: 'whether it is locked', age: 'days since it was made', label: 'what is written on it' },
  permissions: ['demo:ListBoxes', 'demo:GetBox', 'demo:GetLabel'],
  read: async (aws: Aws) => {
    const names = await aws.list('demo:ListBoxes', {}, { items: z.string(), at: 'Boxes' });
    return names.map((name) => ({
      id: `arn:aws:demo:::${name}`,
      name,
      facts: {
        locked: async (own) => (await boxOf(own, name)).Locked,
        age: async (own) => (await boxOf(own, name)).Age,
        label: async (own) => (await own.get('demo:GetLabel', { Name: name }, z.object({ Label: anything }))).Label,
      },
    }));
  },
});

const Finding = z.object({ Box: z.string(), Outcome: z.enum(['compliant', 'non_compliant']) });

/** A service of two calls a box, with findings of a rule beside. */
export const service: Service = {
  id: 'demo',
  scope: 'regional',
  populations: [boxes],
  findings: {
    permissions: ['demo:ListRules', 'demo:GetFindings'],
    read: async (aws) => {
      const rules = await aws.list('demo:ListRules', {}, { items: z.string(), at: 'Rules' });
      return rules.map((rule) => ({
        source: `config_rule:${rule}`,
        resourceType: BOX,
        read: async () =>
          (await aws.list('demo:GetFindings', { Rule: rule }, { items: Finding, at: 'Findings' })).map((it) => ({
            subject: `arn:aws:demo:::${it.Box}`,
            resourceType: BOX,
            name: it.Box,
            outcome: it.Outcome,
            reason: 'so says the rule',
            facts: {},
          })),
      }));
    },
  },
};

export interface Box {
  readonly locked: boolean | 'denied';
  readonly age?: number;
  readonly label?: Json | 'denied';
}
export interface World {
  readonly boxes: Readonly<Record<string, Box>>;
  readonly list?: 'denied';
  readonly rules?: 'denied' | Readonly<Record<string, 'denied' | 'compliant' | 'non_compliant'>>;
}
const denied = err('denied', 'AccessDenied');

/** AWS as it is at one time. */
export function cloudOf({ boxes: all, list, rules = {} }: World): Cloud {
  const box = (input: { Name?: Json }): Box => all[String(input.Name)] ?? { locked: 'denied' };
  return tableCloud({
    'demo:ListBoxes': list ? denied : ok({ Boxes: Object.keys(all) }),
    'demo:GetBox': (input): Answer => {
      const { locked, age = 10 } = box(input);
      return locked === 'denied' ? denied : ok({ Locked: locked, Age: age });
    },
    'demo:GetLabel': (input): Answer => {
      const { label = 'plain' } = box(input);
      return label === 'denied' ? denied : ok({ Label: label });
    },
    'demo:ListRules': rules === 'denied' ? denied : ok({ Rules: Object.keys(rules) }),
    'demo:GetFindings': (input): Answer => {
      const outcome = rules === 'denied' ? 'denied' : rules[String(input.Rule)];
      return outcome === 'denied'
        ? denied
        : ok({ Findings: Object.keys(all).map((Box) => ({ Box, Outcome: outcome ?? 'compliant' })) });
    },
  });
}

const CHECKS = {
  locked: `
  - id: demo-box-locked
    title: Boxes of the demo are locked
    resource: AWS::Demo::Box
    severity: low
    expect: resource.locked
    reason: '"seen at " + now'
    remediation: lock the box again
    examples: [{ pass: { locked: true } }, { fail: { locked: false } }]`,
  young: `
  - id: demo-box-young
    title: Boxes of the demo are not old
    resource: AWS::Demo::Box
    severity: low
    expect: resource.age <= params.maxAge
    reason: '"it is old or young"'
    params: { maxAge: { type: int, default: 90, tighten: lower, describe: most days } }
    remediation: make a new box
    examples: [{ pass: { age: 1 } }, { fail: { age: 91 } }]`,
  labelled: `
  - id: demo-box-labelled
    title: Boxes of the demo are labelled
    resource: AWS::Demo::Box
    severity: low
    expect: resource.locked && resource.label != ""
    reason: '"it has a label or none"'
    remediation: write on the box
    examples: [{ pass: { label: a, locked: true } }, { fail: { label: '', locked: true } }]`,
};
const EVENTS = `topic: sign-in
events:
  - name: root-console-login
    title: The root user signed in to the console
    match: event.eventName == "ConsoleLogin" && event.userIdentity.type == "Root"
    expect: none
    remediation: Use a role in place of the root user.
    examples:
      - match: { eventName: ConsoleLogin, userIdentity: { type: Root } }
      - ignore: { eventName: ConsoleLogin, userIdentity: { type: IAMUser } }
`;
const FRAMEWORK = `framework: boxes
title: Boxes and lids
version: '1'
publisher: Box Board
retention: 7y
control_sets:
  - id: B1
    title: Lids
    controls:
      - id: B1.1
        title: Boxes are kept shut
        sources:
          - { check: demo-box-locked, strength: direct, why: it looks at every box }
      - id: B1.2
        title: Boxes are thrown away in time
        sources:
          - { check: demo-box-young, strength: direct, why: it looks at every box, with: { maxAge: 60 } }
          - { config_rule: BOX_TAGGED, strength: supporting, why: another pair of eyes }
          - { cloudtrail: root-console-login, strength: supporting, why: it is good to know }
`;

/** A catalogue of these checks, with changes of its text; the framework only where its checks are in. */
export async function catalogueOf(
  checks: readonly (keyof typeof CHECKS)[] = ['locked', 'young'],
  edit: (text: string) => string = (text) => text,
): Promise<Catalogue> {
  const files: Record<string, string> = {
    'f/checks/demo.yaml': `service: demo\nchecks:${checks.map((it) => CHECKS[it]).join('\n')}\n`,
    'f/events/sign-in.yaml': EVENTS,
    ...(checks.includes('locked') && checks.includes('young') ? { 'f/boxes.yaml': FRAMEWORK } : {}),
  };
  const catalogue = await loadCatalogue({
    root: 'f',
    listFiles: async () => Object.keys(files),
    readText: async (path) => edit(files[path] ?? ''),
    facts: { [BOX]: ['locked', 'age', 'label'] },
    scopes: new Map([['demo', 'regional']]),
    configRules: ['BOX_TAGGED'],
    digest: (value) => sha256Hex(canonicalize(value)),
  });
  const [problem] = catalogue.problems;
  if (problem) throw new Error(JSON.stringify(problem));
  return catalogue;
}

export const CATALOGUE = await catalogueOf();
export const on = (day: number): string => `2026-10-${String(day).padStart(2, '0')}T02:00:00.000Z`;

/** A collection of this world at 02:00 on a day of October 2026. */
export const request = (day: number, world: World, more: Partial<CollectRequest> = {}): CollectRequest => ({
  cloud: cloudOf(world),
  via: 'aws',
  tasks: [TASK],
  service: async () => service,
  catalogue: CATALOGUE,
  at: on(day),
  ...more,
});

/** What `evaluate` is asked. */
export const again = (catalogue: Catalogue, sources?: readonly string[]) => ({
  catalogue,
  service: async () => service,
  cloudOf: replayCloud,
  ...(sources ? { sources } : {}),
});
