import { join } from 'node:path';
import { TOOLS } from '../support/run.ts';
import { PDF } from './files.ts';
import { ask, type Judge, oneByOne, only, pythonVersion } from './judge.ts';

const TRUST_NOTHING_ELSE = ['--trust-replace', '--no-revocation-check'];
/** One line of one signature. pyHanko ends with 0 for a file with something appended, hence UNTOUCHED. */
const ONE_LINE = /^(?![\s\S]*\n\S+:[0-9a-f]{64}:)\S+:[0-9a-f]{64}:INTACT:TRUSTED,UNTOUCHED/;

function pyhankoJudge(command: 'validate' | 'adesverify', short: string): Judge {
  return {
    name: `pyHanko sign ${command}`,
    short,
    version: () => pythonVersion('pyhanko'),
    reads: only(PDF),
    cannotNotice: {},
    judge: oneByOne(({ folder, root }) =>
      ask(TOOLS.pyhanko, ['sign', command, ...TRUST_NOTHING_ELSE, '--trust', root, join(folder, PDF)], {
        words: [ONE_LINE],
      }),
    ),
  };
}

export const pyhankoValidate: Judge = pyhankoJudge('validate', 'pyHanko');
export const pyhankoAdes: Judge = pyhankoJudge('adesverify', 'pyHanko AdES');
