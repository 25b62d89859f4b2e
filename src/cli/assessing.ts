import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { define } from '../app/define.ts';
import type { Definition } from '../app/pin.ts';
import type { Store } from '../app/store.ts';
import { readYaml } from '../catalog/yaml.ts';
import { didYouMean } from '../evaluate/nearest.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import type { Framework } from '../model/framework.ts';
import { Statements } from '../model/scope.ts';
import { collected } from './command.ts';
import type { CommonOptions } from './output.ts';
import { catalogue } from './session.ts';

/** What `assess` and `report` are asked. */
export interface AssessOptions extends CommonOptions {
  readonly framework: string;
  readonly from?: string;
  readonly to?: string;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly statements?: readonly string[];
  readonly coverage: string;
}

export const withAssessOptions = (it: Command): Command =>
  it
    .requiredOption('--framework <id>', 'a framework by its id, or the file of one of your own')
    .option('--from <day>', 'first day of the audit period (default: the first day of the ledger)')
    .option('--to <day>', 'last day of the audit period (default: the last day of the ledger)')
    .option('--account <id>', 'an account in scope (repeatable; default: all that were collected)', collected)
    .option('--region <region>', 'a region in scope (repeatable; default: all that were collected)', collected)
    .option(
      '--statements <file>',
      'exceptions, attestations, reviews and what else people say, in YAML (repeatable)',
      collected,
    )
    .option('--coverage <percent>', 'least share of days on which a source must have been observed', '95');

/** Turns the options into what is to be assessed. Throws with what is wrong and what was meant. */
export async function definitionOf(store: Store, options: AssessOptions): Promise<Definition> {
  const isFile = /\.ya?ml$/.test(options.framework);
  const known = await catalogue(isFile ? [options.framework] : []);
  const id = isFile
    ? known.documents.find((it) => it.place.file === options.framework)?.head.framework
    : options.framework;
  const found = id === undefined ? undefined : known.frameworks.get(id);
  if (!found) throw unknownFramework(options.framework, known.frameworks);
  const { from, to, account: accounts, region: regions } = options;
  return define(
    store,
    { catalogue: known, framework: found },
    {
      from,
      to,
      accounts,
      regions,
      statements: await allStatements(options.statements ?? []),
      coverageThreshold: coverageOf(options.coverage),
    },
  );
}

function unknownFramework(id: string, known: ReadonlyMap<string, Framework>): WitnessmarkError {
  return new WitnessmarkError('usage-framework', `no framework "${id}"${didYouMean(id, known.keys())}`, {
    hint: `known: ${[...known.keys()].join(', ')}; or give the path of a .yaml file`,
  });
}

function coverageOf(text: string): number {
  const percent = Number(text);
  if (percent >= 0 && percent <= 100) return percent / 100;
  throw new WitnessmarkError('usage-coverage', `--coverage ${text}: expected a percentage from 0 to 100`);
}

/** What several files say, in their order. */
async function allStatements(paths: readonly string[]): Promise<Statements> {
  const all = await Promise.all(paths.map(readStatements));
  return {
    entity: [...new Set(all.flatMap((it) => it.entity))],
    exceptions: all.flatMap((it) => it.exceptions),
    attestations: all.flatMap((it) => it.attestations),
    not_applicable: all.flatMap((it) => it.not_applicable),
    reviews: all.flatMap((it) => it.reviews),
    sign_off: all.flatMap((it) => it.sign_off),
  };
}

async function readStatements(path: string): Promise<Statements> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new WitnessmarkError('usage-statements', `${path}: ${messageOf(cause)}`, { cause });
  });
  const { value, problems } = readYaml(text, path, Statements);
  const [first] = problems;
  if (first || !value)
    throw new WitnessmarkError('usage-statements', `${first?.file}:${first?.line}:${first?.column}: ${first?.message}`);
  return value;
}
