import { join } from 'node:path';
import { ask, type Judge, oneByOne, PYTHON, pythonVersion } from './judge.ts';
import { LISTS_ONLY } from './sha256sum.ts';

/** The Library of Congress' reader of bags (RFC 8493). */
export const bagit: Judge = {
  name: 'bagit.py --validate',
  short: 'bagit.py',
  version: () => pythonVersion('bagit'),
  reads: () => true,
  cannotNotice: {
    'file added beside data': 'it asks that all of data/ be listed, and not what stands beside it',
    'csv changed, lists rewritten': LISTS_ONLY,
  },
  judge: oneByOne(({ folder }) =>
    ask(PYTHON, [join(PYTHON, '../bagit.py'), '--validate', folder], { words: [`${folder} is valid`] }),
  ),
};
