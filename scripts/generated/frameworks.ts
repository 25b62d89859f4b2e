import { coverageOf } from '../../src/app/coverage.ts';
import type { Catalogue } from '../../src/catalog/catalogue.ts';
import type { Framework } from '../../src/model/framework.ts';
import { cell, page, table } from './markdown.ts';

const HEAD = ['Controls', 'Direct', 'Partial', 'Supporting', 'Manual only', 'Sources'];

/** `docs/FRAMEWORKS.md`: what of each framework is automated, and what only people can show. */
export function frameworksPage({ frameworks, official, documents }: Catalogue): string {
  const all = [...frameworks.values()];
  const listOf = (it: Framework): ReadonlySet<string> | undefined =>
    official.get(documents.find((document) => document.head.framework === it.framework)?.head.catalogue ?? '');
  return page('Frameworks', [
    'Each control counts once, under the strongest of its automated sources. `Direct` evidence can show a control met by itself, `partial` evidence answers a part of the test: it can lower a verdict, and raises none without what people provide; `supporting` evidence is shown and never counted. `Manual only` controls ask people and nobody else. Where the mappings come from and how the strengths were given is in [frameworks/SOURCES.md](../frameworks/SOURCES.md).',
    table(
      ['Framework', ...HEAD],
      all.map((it) => [`[${it.framework}](#${anchor(it.framework)})`, ...countsOf(it)]),
    ),
    ...all.map((it) => section(it, listOf(it))),
  ]);
}

function section(framework: Framework, list: ReadonlySet<string> | undefined): string {
  const sets = framework.control_sets.map((set) => [
    cell(`${set.id} ${set.title === set.id ? '' : set.title}`),
    ...countsOf({ ...framework, control_sets: [set] }),
  ]);
  const held =
    list === undefined
      ? 'It follows no official list.'
      : `It holds every one of the ${list.size} ids of its official list and no others; the linter checks that.`;
  const description = framework.description === undefined ? '' : `\n\n${cell(framework.description)}`;
  return [
    `## ${framework.framework}`,
    `${framework.title}, version ${framework.version}, published by ${framework.publisher}. ${held}${description}`,
    table(['Control set', ...HEAD], sets),
  ].join('\n\n');
}

function countsOf(framework: Framework): string[] {
  const { controls, direct, partial, supporting, manualOnly, sources } = coverageOf(framework);
  return [controls, direct, partial, supporting, manualOnly, sources].map(String);
}

/** How GitHub names a heading's anchor. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
