import { sha256Hex } from '../ledger/canonical.ts';
import { WitnessmarkError } from '../model/error.ts';
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
 * Seals the keys and certificates of a new store, so that the audit notices when one of them is swapped.
 * Once an entry seals them nothing is written, whatever the files say by then: to seal them again would
 * make a swapped one genuine.
 */
export async function sealTrust(store: Store, files: readonly TrustFile[]): Promise<void> {
  await syncIndex(store);
  for await (const _sealed of store.index.bodies('trust')) return;
  await sealListed(
    store,
    files.map(({ path, bytes }) => ({ path, sha256: sha256Hex(bytes) })),
  );
}

/**
 * Seals one file under `trust/` beside those that the newest entry seals, before it is written. `present` is
 * what is there of it now: it must be one that was sealed, or a swapped one would become genuine by being
 * taken over. Nothing is written where the newest entry seals exactly this file.
 * @throws WitnessmarkError `trust-altered`, `trust-unsealed`
 */
export async function sealTrustFile(
  store: Store,
  { path, bytes }: TrustFile,
  present: Uint8Array | undefined,
): Promise<void> {
  await syncIndex(store);
  const records: TrustRecord[] = [];
  for await (const { body } of store.index.bodies('trust')) records.push(body);
  const sealed = new Set(records.flatMap((it) => it.files).flatMap((it) => (it.path === path ? [it.sha256] : [])));
  if (present !== undefined && !sealed.has(sha256Hex(present))) {
    throw new WitnessmarkError('trust-altered', `${path} is not a file that the ledger seals`, {
      hint: 'run `witnessmark audit`, and take it away if nobody can say where it comes from',
    });
  }
  const newest = records.at(-1);
  if (newest === undefined) throw new WitnessmarkError('trust-unsealed', 'no entry of the ledger seals trust/');
  const file = { path, sha256: sha256Hex(bytes) };
  if (newest.files.some((it) => it.path === path && it.sha256 === file.sha256)) return;
  await sealListed(store, [...newest.files.filter((it) => it.path !== path), file]);
}

async function sealListed(store: Store, listed: TrustRecord['files']): Promise<void> {
  const at = store.clock.now();
  const id = store.identity.id('trust', at, ...listed.map((it) => it.sha256));
  await seal(store, [[{ v: 1, kind: 'trust', id, run: id, at, salt: store.identity.salt(id), files: listed }]]);
}
