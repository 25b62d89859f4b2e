import { join } from 'node:path';
import { OCSF } from './files.ts';
import { ask, type Judge, ORACLES, oneByOne, only, PYTHON, pythonVersion } from './judge.ts';

/** The schema of the Open Cybersecurity Schema Framework, over every line. */
export const ocsf: Judge = {
  name: 'ocsf-json-schema',
  short: 'OCSF',
  version: () => pythonVersion('ocsf-json-schema'),
  reads: only(OCSF),
  cannotNotice: {},
  judge: oneByOne(({ folder }) =>
    ask(PYTHON, [join(ORACLES, 'ocsf.py'), join(folder, OCSF)], { words: [/^ok lines=[1-9]\d*\n$/] }),
  ),
};
