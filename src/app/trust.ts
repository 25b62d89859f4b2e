import { sha256Hex } from '../ledger/canonical.ts';
import { syncIndex } from './replay.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';

/** A file under `trust/`, by its object key. */
export interface TrustFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Seals the keys and certificates of a new store, so that the audit notices when one of them is swapped.
 * Once an entry seals them nothing is written, whatever the files say by then: to seal them again would
 * make a swapped one genuine.
 */
export async function sealTrust(store: Store, files: readonly TrustFile[]): Promise<void> {
  await syncIndex(store);
  for await (const _sealed of store.index.bodies('trust')) return;
  const listed = files.map(({ path, bytes }) => ({ path, sha256: sha256Hex(bytes) }));
  const at = store.clock.now();
  const id = store.identity.id('trust', at, ...listed.map((it) => it.sha256));
  await seal(store, [[{ v: 1, kind: 'trust', id, run: id, at, salt: store.identity.salt(id), files: listed }]]);
}
