import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadOptions } from '../../src/catalog/catalogue.ts';
import { lintCatalogue } from '../../src/catalog/lint.ts';
import { loadCatalogue } from '../../src/catalog/load.ts';
import { readYaml } from '../../src/catalog/yaml.ts';
import { compileCheck } from '../../src/evaluate/check.ts';
import { compileSelector } from '../../src/evaluate/event.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import { Check, EventSelector } from '../../src/model/check.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import { Statements } from '../../src/model/scope.ts';
import type { FuzzKind, Verdict } from './kind.ts';

const digest = (value: Json): string => sha256Hex(canonicalize(value));
const facts = { 'AWS::S3::Bucket': ['versioning', 'policy', 'tags'], 'AWS::Demo::Box': ['locked', 'age', 'label'] };

const CHECKS = `service: demo
checks:
  - id: demo-box-locked
    title: Boxes of the demo are locked
    resource: AWS::Demo::Box
    severity: low
    applies: resource.age > 0
    expect: resource.locked && resource.age <= params.maxAge
    reason: '"locked: " + string(resource.locked)'
    params: { maxAge: { type: int, default: 90, tighten: lower, describe: most days } }
    remediation: lock the box again
    references: [https://example.com/boxes]
    examples:
      - pass: { locked: true, age: 1 }
      - fail: { locked: false, age: 1 }
      - inconclusive: { age: 1 }
        unread: [locked]
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
          - { check: demo-box-locked, strength: direct, why: it looks at every box, with: { maxAge: 60 } }
          - { config_rule: BOX_TAGGED, strength: supporting, why: another pair of eyes }
`;
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
const FILES = ['f/checks/demo.yaml', 'f/boxes.yaml', 'f/events/sign-in.yaml'];

/** A catalogue in which one file, told by its first key, is the input: loaded, compiled and linted with its examples. */
export const yaml: FuzzKind = {
  name: 'yaml',
  start: async () => ({
    seeds: [CHECKS, FRAMEWORK, EVENTS, readFileSync('examples/acme-baseline.yaml', 'utf8')].map((it) =>
      Buffer.from(it),
    ),
    read: async (input) => {
      const text = input.toString('utf8');
      const path = text.startsWith('service') ? FILES[0] : text.startsWith('topic') ? FILES[2] : FILES[1];
      const options: LoadOptions = {
        root: 'f',
        facts,
        configRules: ['BOX_TAGGED'],
        digest,
        listFiles: async () => [path ?? ''],
        readText: async () => text,
      };
      const catalogue = await loadCatalogue(options);
      return lintCatalogue(catalogue).some((it) => it.severity === 'error') ? 'refused' : 'accepted';
    },
  }),
};

/** Each list with its first entries: long files take long and show no more. */
const sectionsOf = (text: string): Buffer[] =>
  text
    .replaceAll(/^ *#.*\n/gm, '')
    .split(/^(?=[a-z_]+:)/m)
    .filter((it) => it.includes('- '))
    .map((it) => Buffer.from(it.split(/^(?= {2}- )/m, 3).join('')));

export const statements: FuzzKind = {
  name: 'statements',
  start: async () => ({
    seeds: ['examples/statements.yaml', 'demo/statements.yaml'].flatMap((it) => sectionsOf(readFileSync(it, 'utf8'))),
    read: (input) => (readYaml(input.toString('utf8'), 'statements.yaml', Statements).value ? 'accepted' : 'refused'),
  }),
};

const FACTS: JsonObject = {
  locked: true,
  age: 12,
  label: 'a label with words',
  list: [1, 2, 3, 'x', null, { a: { b: [1, 2] } }],
  policy: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b/*', Condition: {} }],
  },
  text: `${'a'.repeat(2_000)}!`,
  many: Array.from({ length: 2_000 }, (_, at) => at),
};
const EVENT: JsonObject = { eventName: 'ConsoleLogin', userIdentity: { type: 'Root', arn: 'arn:aws:iam::1:root' } };

function expressionsIn(folder: string): string[] {
  const files = readdirSync(folder).filter((it) => it.endsWith('.yaml'));
  const texts = files.flatMap((it) => readFileSync(join(folder, it), 'utf8').split('\n'));
  const found = texts.flatMap((line) => /^\s+(?:applies|expect|match): ([^|>\s].*)$/.exec(line)?.[1] ?? []);
  return [...new Set(found)].slice(0, 200);
}

const own = [
  'resource.list.exists(x, x == 3) && resource.many.all(y, y >= 0)',
  'resource.text.matches("^[a-z ]+$")',
  'resource.policy.Statement.filter(s, s.Effect == "Allow").size() > 0',
  'resource.label.contains("words") ? resource.age > 3 : size(resource.list) == 2',
  'resource.many.map(x, x * 2).exists(y, y == 10)',
  'event.userIdentity.type in ["Root", "IAMUser"]',
];

/** Expressions, compiled as those of a check and of a selector, and judged over facts. */
export const cel: FuzzKind = {
  name: 'cel',
  start: async () => {
    const names = Object.keys(FACTS);
    const base = Check.parse({
      id: 'demo-box-locked',
      title: 'Boxes of the demo are locked',
      resource: 'AWS::Demo::Box',
      severity: 'low',
      expect: 'true',
      reason: '"x"',
      remediation: 'lock the box again',
      examples: [{ pass: { locked: true } }, { fail: { locked: false } }],
    });
    const selector = EventSelector.parse({
      name: 'root-console-login',
      title: 'The root user signed in to the console',
      match: 'true',
      expect: 'none',
      remediation: 'Use a role in place of the root user.',
      examples: [{ match: { eventName: 'x' } }, { ignore: { eventName: 'y' } }],
    });
    const texts = [...own, ...expressionsIn('frameworks/checks'), ...expressionsIn('frameworks/events')];
    return {
      seeds: texts.map((it) => Buffer.from(it.replace(/^'(.*)'$/, '$1'))),
      read: (input, nth): Verdict => {
        const text = input.toString('utf8').toWellFormed();
        if (nth % 4 === 0) return compileSelector({ ...selector, match: text }).matches(EVENT) ? 'accepted' : 'refused';
        const renamed = text.replaceAll(/resource\.\w+/g, (it) =>
          names.includes(it.slice(9)) ? it : `resource.${names[it.length % names.length]}`,
        );
        const compiled = compileCheck({ ...base, expect: renamed }, names, digest);
        const resource = {
          id: 'a',
          name: 'a',
          type: 'AWS::Demo::Box',
          account: '111122223333',
          region: 'eu-west-1',
          facts: FACTS,
          failures: {},
        };
        const { outcome } = compiled.judge(resource as never, {
          account: '111122223333',
          region: 'eu-west-1',
          now: '2026-01-01T00:00:00.000Z',
        });
        return outcome === 'inconclusive' ? 'refused' : 'accepted';
      },
    };
  },
};
