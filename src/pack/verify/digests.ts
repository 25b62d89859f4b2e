import { createHash } from 'node:crypto';
import { unreadable } from './fault.ts';
import type { PackFiles } from './source.ts';
import type { Finding } from './types.ts';

/** SHA-256 of every file of a pack, or the finding that it cannot be read. */
export type Digests = ReadonlyMap<string, string | Finding>;

export async function digestAll(files: PackFiles): Promise<Digests> {
  const digests = new Map<string, string | Finding>();
  const rest = files.sizes.keys();
  const some = async (): Promise<void> => {
    for (const path of rest) digests.set(path, await digestOf(files, path));
  };
  // One is read while another one is hashed.
  await Promise.all([some(), some()]);
  return digests;
}

async function digestOf(files: PackFiles, path: string): Promise<string | Finding> {
  try {
    const digest = createHash('sha256');
    for await (const chunk of files.read(path)) digest.update(chunk);
    return digest.digest('hex');
  } catch (thrown) {
    return unreadable(path, thrown).finding;
  }
}
