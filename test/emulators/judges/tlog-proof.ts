import { TOOLS } from '../support/run.ts';
import { ask, type Judge, oneByOne } from './judge.ts';
import { goVersion } from './tlog.ts';

const PROOFS = /^data\/proofs\/\d+\.tar$/;

/** Each C2SP tlog-proof, and that its entry commits to the body on its line of bodies.jsonl. */
export const tlogProof: Judge = {
  name: "Go's sumdb/note and tlog, every .tlog-proof and body",
  short: 'Go proofs',
  version: goVersion,
  reads: (path) => PROOFS.test(path) || path === 'data/evidence/bodies.jsonl',
  cannotNotice: {},
  judge: oneByOne(({ folder, keys }) =>
    ask(TOOLS.tlog, ['-proofs', folder, keys], { words: [/^ok proofs=[1-9]\d*\n$/] }),
  ),
};
