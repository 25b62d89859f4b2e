import { PackFault } from './fault.ts';
import type { Pack } from './pack.ts';

const LINE = /^([0-9a-f]{64}) {2}([^\r\n]{1,1000})$/;
const MAX_MANIFEST = 512 * 1024 * 1024;

/** Path → SHA-256 of a manifest; throws a `PackFault` that names the first wrong line. */
export async function manifestOf(pack: Pack, file: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await pack.text(file, MAX_MANIFEST)).split('\n');
  if (lines.pop() !== '') throw new PackFault({ file, line: lines.length + 1, message: 'does not end in a line feed' });
  const digests = new Map<string, string>();
  let last = '';
  lines.forEach((text, at) => {
    const [, digest, path] = LINE.exec(text) ?? [];
    const fault = (message: string) => new PackFault({ file, line: at + 1, message });
    if (digest === undefined || path === undefined)
      throw fault('expected 64 hexadecimal digits, two blanks and a path');
    if (path <= last) throw fault(`${path} comes after ${last}, or twice`);
    digests.set(path, digest);
    last = path;
  });
  return digests;
}
