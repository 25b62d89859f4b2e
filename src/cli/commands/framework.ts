import { Command } from 'commander';
import { folderUploads } from '../../adapters/local/folder-uploads.ts';
import { coverageOf } from '../../app/coverage.ts';
import { validateFolder } from '../../app/custom/judge.ts';
import { validate } from '../../app/validate.ts';
import type { Catalogue } from '../../catalog/catalogue.ts';
import { formatProblem } from '../../catalog/problem.ts';
import { didYouMean } from '../../evaluate/nearest.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Control, EvidenceSource, Framework } from '../../model/framework.ts';
import { evidenceKey } from '../../model/framework.ts';
import { command } from '../command.ts';
import { columns, EXIT } from '../output.ts';
import { catalogue, rawCatalogue } from '../session.ts';

export const frameworkCommands = () =>
  new Command('framework')
    .description('the frameworks, and what of them is automated')
    .addCommand(list())
    .addCommand(show())
    .addCommand(validateCommand())
    .addCommand(coverage());

const list = () =>
  command({ name: 'list', description: 'every framework' }, async ({ out }) => {
    const all = [...(await catalogue()).frameworks.values()].map((it) => ({
      id: it.framework,
      title: it.title,
      version: it.version,
      controls: controlsOf(it).length,
    }));
    for (const it of all) out.emit(it);
    for (const line of columns(all.map((it) => [it.id, `${it.controls} controls`, `${it.title} (${it.version})`])))
      out.print(line);
    return EXIT.good;
  });

const show = () =>
  command(
    {
      name: 'show',
      description: 'a framework, or one control of it',
      configure: (it) =>
        it.argument('<framework>', 'an id, or the file of your own').argument('[control]', 'id of a control'),
    },
    async ({ args: [id = '', controlId], out }) => {
      const framework = find(await catalogue(ownFile(id)), id);
      if (controlId === undefined) {
        out.emit(framework);
        for (const set of framework.control_sets) {
          out.print(`${set.id}  ${set.title}`);
          for (const line of columns(set.controls.map((it) => [`  ${it.id}`, it.title]))) out.print(line);
        }
        return EXIT.good;
      }
      const controls = controlsOf(framework);
      const control = controls.find((it) => it.id === controlId);
      if (!control)
        throw new WitnessmarkError(
          'usage-control',
          `${id} has no control "${controlId}"${didYouMean(
            controlId,
            controls.map((it) => it.id),
          )}`,
        );
      out.emit(control);
      for (const line of describe(control)) out.print(line);
      return EXIT.good;
    },
  );

const validateCommand = () =>
  command(
    {
      name: 'validate',
      description: 'lint checks, event selectors and frameworks',
      configure: (it) =>
        it
          .argument('[file...]', 'framework files of your own, beside those of the project')
          .option('--custom <folder>', 'a folder as it is to be uploaded to custom/ of a deployment')
          .option('--strict', 'warnings are errors too'),
    },
    async ({ args, options, out }) => {
      const { strict = false, custom } = options as { strict?: boolean; custom?: string };
      const known = await rawCatalogue(args);
      const { problems, errors, summary } =
        custom === undefined ? validate(known) : await validateFolder(known, folderUploads(custom));
      for (const problem of problems) {
        out.emit(problem);
        out.print(formatProblem(problem));
      }
      out.note(summary);
      return errors > 0 || (strict && problems.length > 0) ? EXIT.no : EXIT.good;
    },
  );

const coverage = () =>
  command(
    {
      name: 'coverage',
      description: 'what of a framework is automated, and what only people can show',
      configure: (it) => it.argument('[framework]'),
    },
    async ({ args: [id], out }) => {
      const known = await catalogue(ownFile(id ?? ''));
      const chosen = id === undefined ? [...known.frameworks.values()] : [find(known, id)];
      const rows = chosen.map(coverageOf);
      for (const row of rows) out.emit(row);
      const head = ['FRAMEWORK', 'CONTROLS', 'DIRECT', 'PARTIAL', 'SUPPORTING', 'MANUAL ONLY', 'SOURCES'];
      const cells = rows.map((it) =>
        [it.framework, it.controls, it.direct, it.partial, it.supporting, it.manualOnly, it.sources].map(String),
      );
      for (const line of columns([head, ...cells])) out.print(line);
      out.note('each control counts once, under the strongest of its automated sources');
      return EXIT.good;
    },
  );

const ownFile = (id: string): string[] => (/\.ya?ml$/.test(id) ? [id] : []);

function find(known: Catalogue, id: string): Framework {
  const own = known.documents.find((it) => it.place.file === id)?.head.framework;
  const framework = known.frameworks.get(own ?? id);
  if (framework) return framework;
  throw new WitnessmarkError('usage-framework', `no framework "${id}"${didYouMean(id, known.frameworks.keys())}`, {
    hint: `known: ${[...known.frameworks.keys()].join(', ')}`,
  });
}

const controlsOf = (framework: Framework): Control[] => framework.control_sets.flatMap((it) => it.controls);

function describe(control: Control): string[] {
  const text = (name: string, value: string | undefined): string[] => (value ? [`  ${name.padEnd(13)}${value}`] : []);
  return [
    `${control.id}: ${control.title}`,
    ...text('description', control.description),
    ...text('testing', control.testing),
    ...text('action plan', control.action_plan),
    ...text('status', control.status),
    ...text('applies if', control.applies_if),
    `  responsible  ${control.responsibility}`,
    ...control.sources.flatMap(describeSource),
  ];
}

function describeSource(source: EvidenceSource): string[] {
  if ('manual' in source) return [`  manual       ${source.manual.ask} (renewed every ${source.manual.renew})`];
  return [`  ${source.strength.padEnd(13)}${evidenceKey(source)}`, `               ${source.why}`];
}
