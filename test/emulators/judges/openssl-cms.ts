import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutPdf } from '../support/pdf-signature.ts';
import { PDF } from './files.ts';
import { ask, type Judge, oneByOne, only, type Pack, type Verdict, versionOf } from './judge.ts';

/** OpenSSL over the bytes of the ByteRange and the CMS, cut out of the PDF. */
export const opensslCms: Judge = {
  name: 'openssl cms -verify -cades',
  short: 'openssl',
  version: () => versionOf('openssl', ['version'], /^OpenSSL (\S+)/),
  reads: only(PDF),
  cannotNotice: { 'pdf appended to': 'it is given the bytes of the ByteRange, and more stand behind them' },
  judge: oneByOne(judge),
};

async function judge({ folder, root, work }: Pack): Promise<Verdict> {
  const { content, cms } = cutPdf(await readFile(join(folder, PDF)));
  const [cmsFile, contentFile] = [join(work, 'openssl.cms'), join(work, 'openssl.content')];
  await writeFile(cmsFile, cms);
  await writeFile(contentFile, content);
  const input = ['-inform', 'DER', '-in', cmsFile, '-content', contentFile, '-binary', '-out', '/dev/null'];
  return ask('openssl', ['cms', '-verify', '-cades', ...input, '-CAfile', root], {
    words: [/CAdES Verification successful/i],
  });
}
