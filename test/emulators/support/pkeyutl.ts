import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ran, run } from './run.ts';

/** The head of an Ed25519 SubjectPublicKeyInfo (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Verifies a C2SP checkpoint with openssl alone: text, signature and key are cut out by their format, into `work`. */
export async function pkeyutl(checkpoint: string, vkeyFile: string, work: string): Promise<Ran> {
  const [text = '', signatures = ''] = (await readFile(checkpoint, 'utf8')).split('\n\n');
  const signature = Buffer.from(signatures.split('\n')[0]?.split(' ')[2] ?? '', 'base64').subarray(4);
  const [vkey = ''] = (await readFile(vkeyFile, 'utf8')).split('\n');
  const key = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1);
  const files = { text: join(work, 'note.text'), signature: join(work, 'note.sig'), key: join(work, 'note.der') };
  await writeFile(files.text, `${text}\n`);
  await writeFile(files.signature, signature);
  await writeFile(files.key, Buffer.concat([SPKI_HEAD, key]));
  const from = ['-pubin', '-keyform', 'DER', '-inkey', files.key];
  return run('openssl', ['pkeyutl', '-verify', ...from, '-rawin', '-in', files.text, '-sigfile', files.signature]);
}
