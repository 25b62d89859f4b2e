import { sha256Hex } from '../ledger/canonical.ts';
import type { TrustRecord } from '../model/run.ts';
import { syncIndex } from './replay.ts';
import { seal } from './seal.ts';
import type { Store } from './store.ts';

/** A file under `trust/`, by its object key. */
export interface TrustFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Seals the keys and certificates that readers are to trust, so that the audit notices when one of
 * them is swapped. Nothing is written when the newest such entry says the same.
 */
export async function sealTrust(store: Store, files: readonly TrustFile[]): Promise<void> {
  await syncIndex(store);
  const listed = files
    .map(({ path, bytes }) => ({ path, sha256: sha256Hex(bytes) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  let newest: TrustRecord | undefined;
  for await (const { body } of store.index.bodies('trust')) newest = body;
  if (JSON.stringify(newest?.files) === JSON.stringify(listed)) return;
  const at = store.clock.now();
  const id = store.identity.id('trust', at, ...listed.map((it) => it.sha256));
  await seal(store, [[{ v: 1, kind: 'trust', id, run: id, at, salt: store.identity.salt(id), files: listed }]]);
}
