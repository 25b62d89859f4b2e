import type { Catalogue, CatalogueCheck, CatalogueEvent } from '../../src/catalog/catalogue.ts';
import { compareNatural } from '../../src/catalog/natural.ts';
import { type EvidenceSource, sourceKey } from '../../src/model/framework.ts';
import { cell, code, page, table } from './markdown.ts';

/** `docs/CHECKS.md`: every check and every event selector, with the controls that use it. */
export function checksPage(catalogue: Catalogue): string {
  const users = usersOf(catalogue);
  const services = Map.groupBy(catalogue.checks.values(), (it) => it.service);
  const topics = Map.groupBy(catalogue.events.values(), (it) => it.file);
  return page('Checks and event selectors', [
    `${catalogue.checks.size} checks and ${catalogue.events.size} event selectors. Each is a few lines of YAML in \`frameworks/checks\` or \`frameworks/events\`, with examples that are its test; [WRITING-CHECKS.md](WRITING-CHECKS.md) says how they are written. \`npx witnessmark check show ID\` prints one of them with its digest.`,
    ...[...services].map(
      ([service, checks]) => `## ${service}\n\n${checks.map((it) => checkSection(it, users)).join('\n\n')}`,
    ),
    '## CloudTrail events',
    ...[...topics].map(
      ([file, events]) => `### ${topicOf(file)}\n\n${events.map((it) => eventSection(it, users)).join('\n\n')}`,
    ),
  ]);
}

type Users = ReadonlyMap<string, readonly string[]>;

/** Source key → `soc2-2017: CC6.1 (partial), CC6.7 (partial)`, a line for each framework. */
function usersOf({ frameworks }: Catalogue): Users {
  const users = new Map<string, string[]>();
  for (const framework of frameworks.values()) {
    const controls = framework.control_sets.flatMap((set) => set.controls);
    const uses = controls.flatMap((control) =>
      control.sources.map((source) => ({ key: sourceKey(source), text: `${control.id}${strengthOf(source)}` })),
    );
    for (const [key, group] of Map.groupBy(uses, (it) => it.key)) {
      const ids = group.map((it) => it.text).sort(compareNatural);
      users.set(key, [...(users.get(key) ?? []), `${framework.framework}: ${ids.join(', ')}`]);
    }
  }
  return users;
}

const strengthOf = (source: EvidenceSource): string => ('manual' in source ? '' : ` (${source.strength})`);

function checkSection({ check }: CatalogueCheck, users: Users): string {
  const params = Object.entries(check.params).map(([name, it]) => {
    const allowed = it.tighten === 'fixed' ? 'fixed' : `a control may set it ${it.tighten}`;
    return `${code(`${name} = ${JSON.stringify(it.default)}`)}: ${cell(it.describe)} (${allowed})`;
  });
  const same = Object.entries(check.same_as).map(([kind, id]) => `${kind.replace('_', ' ')} ${code(String(id))}`);
  return section(check.id, check.title, [
    ['Resource', code(check.resource)],
    ['Severity', check.severity],
    ...(check.applies === undefined ? [] : [['Applies', code(check.applies)]]),
    ['Expect', code(check.expect)],
    ...params.map((it) => ['Parameter', it]),
    ['Remediation', cell(check.remediation)],
    ...(same.length === 0 ? [] : [['Same as', same.join(', ')]]),
    ...usedBy(users, `check:${check.id}`),
  ]);
}

const EXPECTS = {
  none: 'none: each match is a finding',
  some: 'some: at least one match is needed in the period',
  any: 'any: matches are listed and judge nothing',
};

function eventSection({ selector }: CatalogueEvent, users: Users): string {
  return section(selector.name, selector.title, [
    ['Match', code(selector.match)],
    ['Expect', EXPECTS[selector.expect]],
    ...(selector.alert === undefined ? [] : [['Alert', `${selector.alert.severity}: ${cell(selector.alert.why)}`]]),
    ['Remediation', cell(selector.remediation)],
    ...usedBy(users, `cloudtrail:${selector.name}`, selector.alert && 'no framework: it watches and is not counted'),
  ]);
}

function usedBy(users: Users, key: string, otherwise = 'no framework'): string[][] {
  return (users.get(key) ?? [otherwise]).map((it) => ['Used by', cell(it)]);
}

function section(id: string, title: string, rows: readonly (readonly string[])[]): string {
  return `**\`${id}\`** ${title}\n\n${table(['', ''], rows)}`;
}

const topicOf = (file: string): string => file.replace(/^.*\//, '').replace(/\.yaml$/, '');
