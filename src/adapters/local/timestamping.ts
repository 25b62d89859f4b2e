import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../app/store.ts';
import { sealTrustFile } from '../../app/trust.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { MAX_ROOTS_BYTES, mergedRoots, rootsOf } from '../../pack/timestamp/roots.ts';
import type { TimestampAuthority } from '../../ports/timestamp.ts';
import { httpTimestamps } from '../http/timestamps.ts';
import { onDisk } from './disk-error.ts';
import { failedWith } from './durable.ts';
import { readStoreFile, readStoreText, replaceStoreText, type Timestamping, writeStoreFile } from './store-file.ts';

const ROOTS = 'trust/tsa.pem';

/** The authority that a store is set up with; nothing where it has none. One that cannot keep a token is not asked. */
export async function timestampsIn(
  folder: string,
  timestamp: Timestamping | undefined,
  writable: boolean,
): Promise<Pick<Store, 'timestamps'>> {
  if (timestamp === undefined) return {};
  const { url, policy } = timestamp;
  const rootsPem = await readStoreText(folder, ROOTS);
  const authority = httpTimestamps({ url, roots: rootsPem, ...(policy === undefined ? {} : { policy }) });
  return { timestamps: { authority: writable ? authority : READ_ONLY, rootsPem } };
}

const READ_ONLY: TimestampAuthority = {
  stamp: async () => ({
    failure: { code: 'store-read-only', message: 'the store cannot be written, so no timestamp could be kept' },
  }),
};

/** The certificates of authorities that a store trusts, or undefined where it has none. */
export async function timestampRootsIn(folder: string): Promise<string | undefined> {
  try {
    const bytes = await readFile(join(folder, ROOTS));
    if (bytes.length <= MAX_ROOTS_BYTES) return bytes.toString('utf8');
    throw new WitnessmarkError('timestamp-roots', `${ROOTS} has more than ${MAX_ROOTS_BYTES} bytes`);
  } catch (thrown) {
    if (failedWith(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
}

/**
 * Sets the authority that a store asks from now on, and adds its certificates to those that the store
 * trusts; they are sealed first. None is ever taken away: tokens of earlier years lead to them.
 * @throws WitnessmarkError `timestamp-roots`, `trust-altered`
 */
export async function setTimestamping(
  folder: string,
  store: Store,
  { timestamp, rootsPem }: { readonly timestamp: Timestamping; readonly rootsPem: string },
): Promise<void> {
  rootsOf(rootsPem, 'certificates of the authority');
  await store.claim?.();
  const present = await timestampRootsIn(folder);
  const merged = mergedRoots(present ?? '', rootsPem);
  rootsOf(merged, ROOTS);
  const bytes = present === undefined ? undefined : Buffer.from(present);
  await sealTrustFile(store, { path: ROOTS, bytes: Buffer.from(merged) }, bytes);
  await onDisk(folder, async () => {
    await replaceStoreText(folder, ROOTS, merged);
    await writeStoreFile(folder, { ...(await readStoreFile(folder)), timestamp });
  });
}

/** Lets a store ask no authority any more. What was stamped stays stamped. */
export async function unsetTimestamping(folder: string, store: Store): Promise<void> {
  await store.claim?.();
  const { timestamp: _unset, ...file } = await readStoreFile(folder);
  await onDisk(folder, () => writeStoreFile(folder, file));
}
