import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../support/run.ts';
import { PDF } from './files.ts';
import { ask, type Judge, oneByOne, only, type Pack, type Verdict, versionOf } from './judge.ts';

/** Poppler, with the root in the reader's certificate store. */
export const pdfsig: Judge = {
  name: 'pdfsig, root.pem in its NSS store',
  short: 'pdfsig',
  version: () => versionOf('pdfsig', ['-v'], /version (\S+)/),
  reads: only(PDF),
  cannotNotice: {},
  judge: oneByOne(judge),
};

const WORDS = ['Signature is Valid.', 'Total document signed', 'Certificate is Trusted.'];
/** One signature and no more. */
const ONE = /^(?!(?:[\s\S]*Signature #){2})[\s\S]*Signature #1/;

async function judge({ folder, root, work }: Pack): Promise<Verdict> {
  const nss = `sql:${join(work, 'pdfsig-nss')}`;
  await mkdir(join(work, 'pdfsig-nss'), { recursive: true });
  await run('certutil', ['-N', '-d', nss, '--empty-password']);
  await run('certutil', ['-A', '-d', nss, '-n', 'root', '-t', 'CT,C,C', '-i', root]);
  // It ends with 0 for an altered file too: the words alone count.
  return ask('pdfsig', ['-nssdir', nss, join(folder, PDF)], { words: [...WORDS, ONE], code: false });
}
