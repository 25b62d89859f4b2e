import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE, PDF, SIGNING } from './files.ts';
import { ask, COSIGN, type Judge, oneByOne, only, type Pack, type Verdict, versionOf } from './judge.ts';
import { signingKey } from './sigstore.ts';

const TYPE = 'https://witnessmark.dev/assessment-pack/v1';

/** Sigstore's command line: the bundle, and that the PDF is one of the files that the statement names. */
export const cosign: Judge = {
  name: 'cosign verify-blob-attestation, of report.pdf',
  short: 'cosign',
  version: () => versionOf(COSIGN, ['version'], /GitVersion:\s+(\S+)/),
  reads: only(BUNDLE, PDF, SIGNING),
  cannotNotice: {},
  absent: async () => (existsSync(COSIGN) ? undefined : 'it is not there: scripts/emulators.sh --cosign builds it'),
  judge: oneByOne(judge),
};

async function judge(pack: Pack): Promise<Verdict> {
  const key = join(pack.work, 'cosign.pub');
  await writeFile(key, (await signingKey(pack)).export({ type: 'spki', format: 'pem' }));
  const trust = ['--insecure-ignore-tlog', '--key', key, '--type', TYPE];
  const files = ['--bundle', join(pack.folder, BUNDLE), join(pack.folder, PDF)];
  return ask(COSIGN, ['verify-blob-attestation', ...trust, ...files], { words: ['Verified OK'] });
}
