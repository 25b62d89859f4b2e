import { join } from 'node:path';
import { PDF } from './files.ts';
import { ask, type Judge, oneByOne, only, versionOf } from './judge.ts';

const FORM_ONLY = 'it looks at the form of the file, which is still good';

/** Syntax and streams of the PDF. */
export const qpdf: Judge = {
  name: 'qpdf --check',
  short: 'qpdf',
  version: () => versionOf('qpdf', ['--version'], /version (\S+)/),
  reads: only(PDF),
  cannotNotice: {
    'pdf appended to': 'bytes behind the end are no error of syntax',
    'pdf without language': FORM_ONLY,
    'pdf without tags': FORM_ONLY,
    'pdf page rewritten': FORM_ONLY,
    'pdf signed by an impostor': 'it verifies no signatures',
  },
  judge: oneByOne(({ folder }) =>
    ask('qpdf', ['--check', join(folder, PDF)], { words: ['No syntax or stream encoding errors found'] }),
  ),
};
