import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TOOLS } from '../support/run.ts';
import { ask, type Judge, ORACLES, oneByOne } from './judge.ts';

/** Version of golang.org/x/mod that the verifier is built with. */
export async function goVersion(): Promise<string> {
  const text = await readFile(join(ORACLES, 'tlog/go.mod'), 'utf8');
  return /golang\.org\/x\/mod v(\S+)/.exec(text)?.[1] ?? 'unknown';
}

/** The checkpoint, and the proofs that the ledger extends what earlier reports had of it. */
export const tlog: Judge = {
  name: "Go's sumdb/note and tlog, checkpoint and consistency",
  short: 'Go tlog',
  version: goVersion,
  reads: (path) => path === 'data/proofs/checkpoint' || path.startsWith('data/proofs/consistency/'),
  cannotNotice: {},
  judge: oneByOne(({ folder, keys }) =>
    ask(TOOLS.tlog, ['-head', folder, keys], { words: [/^ok size=\d+ earlier=\d+\n$/] }),
  ),
};
