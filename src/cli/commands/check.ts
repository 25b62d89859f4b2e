import { Command } from 'commander';
import type { Catalogue, CatalogueCheck } from '../../catalog/catalogue.ts';
import { runExamples, runSelectorExamples } from '../../catalog/examples.ts';
import { lintCatalogue } from '../../catalog/lint.ts';
import { didYouMean } from '../../evaluate/nearest.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { sourceKey } from '../../model/framework.ts';
import { command } from '../command.ts';
import { columns, EXIT } from '../output.ts';
import { catalogue, rawCatalogue, rightCatalogue } from '../session.ts';

export const checkCommands = () =>
  new Command('check')
    .description('the statements that are tested')
    .addCommand(list())
    .addCommand(show())
    .addCommand(test());

const list = () =>
  command({ name: 'list', description: 'every check' }, async ({ out }) => {
    const checks = [...(await catalogue()).checks.values()].map((it) => it.check);
    for (const { id, title, resource, severity } of checks) out.emit({ id, title, resource, severity });
    for (const line of columns(checks.map((it) => [it.id, it.severity, it.title]))) out.print(line);
    out.note(`${checks.length} checks`);
    return EXIT.good;
  });

const show = () =>
  command(
    {
      name: 'show',
      description: 'one check: what it asks, and which controls use it',
      configure: (it) => it.argument('<id>'),
    },
    async ({ args: [id = ''], out }) => {
      const known = await rightCatalogue([]);
      const found = known.checks.get(id);
      if (!found) throw new WitnessmarkError('usage-check', `no check "${id}"${didYouMean(id, known.checks.keys())}`);
      const usedBy = usersOf(known, id);
      out.emit({ ...found.check, service: found.service, file: found.file, sha256: found.compiled.sha256, usedBy });
      for (const line of describe(found, usedBy)) out.print(line);
      return EXIT.good;
    },
  );

function usersOf(known: Catalogue, id: string): { framework: string; control: string; strength: string }[] {
  return [...known.frameworks.values()].flatMap((framework) =>
    framework.control_sets.flatMap((set) =>
      set.controls.flatMap((control) =>
        control.sources.flatMap((source) =>
          'check' in source && sourceKey(source) === `check:${id}`
            ? [{ framework: framework.framework, control: control.id, strength: source.strength }]
            : [],
        ),
      ),
    ),
  );
}

function describe({ check, file, compiled }: CatalogueCheck, usedBy: ReturnType<typeof usersOf>): string[] {
  const same = Object.entries(check.same_as).map(([kind, id]) => `${kind} ${id}`);
  return [
    `${check.id}: ${check.title}`,
    `  resource     ${check.resource}, severity ${check.severity}`,
    ...(check.applies ? [`  applies      ${check.applies}`] : []),
    `  expect       ${check.expect}`,
    ...Object.entries(check.params).map(
      ([name, it]) => `  parameter    ${name} = ${JSON.stringify(it.default)}  (${it.describe})`,
    ),
    `  remediation  ${check.remediation}`,
    ...(same.length > 0 ? [`  same as      ${same.join(', ')}`] : []),
    ...check.references.map((it) => `  reference    ${it}`),
    `  judgement    sha256:${compiled.sha256}`,
    `  file         ${file}`,
    ...usedBy.map((it) => `  used by      ${it.framework} ${it.control} (${it.strength})`),
  ];
}

const test = () =>
  command(
    {
      name: 'test',
      description: 'run the examples of checks and event selectors',
      configure: (it) => it.argument('[id]', 'one of them; all where left out'),
    },
    async ({ args: [id], out }) => {
      const known = await rawCatalogue();
      const checks = [...known.checks.values()].map((it) => ({ id: it.check.id, results: runExamples(it.compiled) }));
      const events = [...known.events.values()].map((it) => ({
        id: it.selector.name,
        results: runSelectorExamples(it.compiled),
      }));
      const chosen = [...checks, ...events].filter((it) => id === undefined || it.id === id);
      if (chosen.length === 0)
        throw new WitnessmarkError(
          'usage-check',
          `no check or event selector "${id}"${didYouMean(id ?? '', [...known.checks.keys(), ...known.events.keys()])}`,
        );
      const failures = chosen.flatMap(({ id: of, results }) =>
        results.filter((it) => !it.ok).map((it) => ({ id: of, ...it })),
      );
      const broken = lintCatalogue(known).filter(
        (it) => it.severity === 'error' && it.file.includes('/checks/'),
      ).length;
      const total = chosen.reduce((sum, it) => sum + it.results.length, 0);
      out.emit({ checks: chosen.length, examples: total, failed: failures });
      for (const it of failures)
        out.print(
          `${it.id}, example ${it.index + 1} (${it.key}): expected ${it.expected}, found ${it.found}: ${it.reason}`,
        );
      out.print(`${total - failures.length} of ${total} examples of ${chosen.length} checks and selectors pass`);
      if (broken > 0) out.note(`${broken} problems in the files of checks: run \`witnessmark framework validate\``);
      return failures.length > 0 ? EXIT.no : EXIT.good;
    },
  );
