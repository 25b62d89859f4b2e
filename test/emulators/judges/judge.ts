import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Framework } from '../support/demo.ts';
import { type Ran, ROOT, run, saidBy } from '../support/run.ts';
import type { AlterationName } from './alterations.ts';

/** A pack to judge, and what its reader has from elsewhere. */
export interface Pack {
  readonly folder: string;
  /** The root certificate and the ledger's key, as the organisation handed them over. */
  readonly root: string;
  readonly keys: string;
  /** A folder for files of the judges; each begins its names with its own. */
  readonly work: string;
}

export interface Verdict {
  readonly accepts: boolean;
  /** What the judge said, for whoever wonders about the verdict. */
  readonly said: string;
}

/** Somebody else's program (and, in one row, ours) that says whether a pack, or one file of it, is good. */
export interface Judge {
  readonly name: string;
  /** At most ten characters, for the head of a column. */
  readonly short: string;
  readonly version: () => Promise<string>;
  /** Whether the judge looks at a file of the pack at all; where it does not, it is not asked. */
  readonly reads: (path: string) => boolean;
  /** Alterations of what it reads that it accepts all the same, each with the reason. It must refuse all others. */
  readonly cannotNotice: Readonly<Partial<Record<AlterationName, string>>>;
  /** The frameworks about whose packs of the demonstration it is asked; about all of them where left out. */
  readonly frameworks?: readonly Framework[];
  /** One verdict for each pack, in their order. */
  readonly judge: (packs: readonly Pack[]) => Promise<readonly Verdict[]>;
  /** Why the judge cannot be asked on this machine; undefined where it can. */
  readonly absent?: () => Promise<string | undefined>;
}

/** A judge of many packs out of one that takes them one by one. */
export function oneByOne(judge: (pack: Pack) => Promise<Verdict>): Judge['judge'] {
  return async (packs) => {
    const verdicts: Verdict[] = [];
    for (const pack of packs) verdicts.push(await judge(pack));
    return verdicts;
  };
}

export interface Words {
  /** All of them must be said: exit codes alone say too little (pdfsig ends with 0 whatever it finds). */
  readonly words: readonly (string | RegExp)[];
  /** Whether the exit code must be 0 too; it must unless told. */
  readonly code?: boolean;
}

/** Accepts where a program said all of the words. */
export function verdictOf(ran: Ran, { words, code = true }: Words): Verdict {
  const said = saidBy(ran);
  const isSaid = words.every((it) => (typeof it === 'string' ? said.includes(it) : it.test(said)));
  return { accepts: isSaid && (!code || ran.code === 0), said: `exit ${ran.code}: ${said.slice(-2000)}` };
}

/** Runs a program and judges by its words. */
export const ask = async (program: string, args: readonly string[], words: Words): Promise<Verdict> =>
  verdictOf(await run(program, args), words);

/** The first group of a pattern in what a program says of its version. */
export async function versionOf(program: string, args: readonly string[], pattern: RegExp): Promise<string> {
  const said = saidBy(await run(program, args));
  return pattern.exec(said)?.[1] ?? `unknown: ${said.slice(0, 100)}`;
}

/** The installed version of a package of npm. */
export async function npmVersion(name: string): Promise<string> {
  const text = await readFile(join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The installed version of a package in the virtual environment. */
export const pythonVersion = (name: string): Promise<string> =>
  versionOf(PYTHON, ['-c', `import importlib.metadata as m; print(m.version('${name}'))`], /^(\S+)\n/);

const EMULATORS = join(ROOT, '.emulators');
/** What `scripts/emulators.sh` brought for the judges. */
export const PYTHON = join(EMULATORS, 'venv/bin/python');
export const TRESTLE = join(EMULATORS, 'venv/bin/trestle');
export const VERAPDF = join(EMULATORS, 'verapdf');
export const COSIGN = join(EMULATORS, 'cosign');
export const ORACLES = join(ROOT, 'test/oracles');

/** A `reads` for a judge of these files alone. */
export const only =
  (...files: readonly string[]) =>
  (path: string): boolean =>
    files.includes(path);
