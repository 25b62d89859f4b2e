import { sha256Hex } from '../ledger/canonical.ts';
import type { Notary } from '../ledger/notary.ts';
import { formatVkeys, parseVkeys, type VerifierKey } from '../ledger/note.ts';
import { openLog } from '../ledger/read.ts';
import type { TrustRecord } from '../model/run.ts';
import { recover, seal } from './seal.ts';
import type { Store } from './store.ts';
import type { TrustFile } from './trust.ts';

/** What a key is for: the log's checkpoints, or documents (PDF and attestation). */
export type KeyUse = 'checkpoint' | 'document';

/** A rotation that has begun: its keys are made, and nothing relies on them yet. */
export interface Rotation {
  /** When it began; the same in every later call until it is ended. */
  readonly at: string;
  readonly checkpoint?: {
    readonly key: VerifierKey;
    /** Signs with the keys of now and with the next one. */
    readonly notary: Notary;
  };
  readonly document?: { readonly signingPem: string };
}

/** Where a deployment keeps its keys: a folder, or a key service with a bucket for what is public. */
export interface KeyRing {
  /**
   * Makes the next keys, durably, and gives them; where a rotation was interrupted, that one, whatever is
   * asked now. Keys sign nothing by themselves until `replace` has published them.
   */
  begin(uses: readonly KeyUse[], at: string): Promise<Rotation>;
  /** The files under `trust/` as they stand. */
  trust(): Promise<readonly TrustFile[]>;
  /** Puts a file under `trust/` in the place of the one of that name, at once. From then on its key signs. */
  replace(file: TrustFile): Promise<void>;
  /** Forgets that a rotation was under way. */
  end(): Promise<void>;
}

/** What a rotation has come to. */
export interface Rotated {
  readonly uses: readonly KeyUse[];
  /** All keys that have ever signed checkpoints, newest last. */
  readonly verifierKeys: readonly string[];
  /** Size of the tree whose checkpoint hands over. */
  readonly size: number;
}

const VERIFIER_KEYS = 'trust/checkpoint.vkey';
const SIGNING = 'trust/signing.pem';

/**
 * Gives a log new keys. An entry under the old key names them, and the checkpoint over it is signed by old
 * and new; only then do the files under `trust/` change, and with them the keys that sign. It may be
 * stopped anywhere: until the files change the old keys sign, and another call goes on where it stopped.
 */
export async function rotateKeys(store: Store, ring: KeyRing, uses: readonly KeyUse[]): Promise<Rotated> {
  // What the old keys have begun they end, so that no checkpoint is half published when they change.
  await recover(store);
  const rotation = await ring.begin(uses, store.clock.now());
  const before = await ring.trust();
  const after = before.map((file) => nextFile(file, rotation));
  const keys = after.filter(({ path }) => path === VERIFIER_KEYS).flatMap(({ bytes }) => parseVkeys(bytes));
  const verifierKeys = keys.map(({ vkey }) => vkey);
  const size = await handOver(store, rotation, after, verifierKeys);
  for (const [at, file] of after.entries()) {
    if (Buffer.compare(file.bytes, before[at]?.bytes ?? Buffer.alloc(0)) !== 0) await ring.replace(file);
  }
  await ring.end();
  return { uses: usesOf(rotation), verifierKeys, size };
}

const usesOf = (rotation: Rotation): KeyUse[] =>
  (['checkpoint', 'document'] as const).filter((use) => rotation[use] !== undefined);

function nextFile(file: TrustFile, { checkpoint, document }: Rotation): TrustFile {
  if (file.path === SIGNING && document !== undefined) return { ...file, bytes: Buffer.from(document.signingPem) };
  if (file.path !== VERIFIER_KEYS || checkpoint === undefined) return file;
  const keys = parseVkeys(file.bytes);
  const isThere = keys.some(({ vkey }) => vkey === checkpoint.key.vkey);
  return isThere ? file : { ...file, bytes: formatVkeys([...keys, checkpoint.key]) };
}

/** Seals the entry that names the keys, until a checkpoint over it is signed by the next key too; gives its size. */
async function handOver(
  store: Store,
  rotation: Rotation,
  trust: readonly TrustFile[],
  verifierKeys: readonly string[],
): Promise<number> {
  const joint = { ...store, notary: rotation.checkpoint?.notary ?? store.notary, verifierKeys };
  const { size } = await seal(joint, [[recordOf(joint, rotation, trust)]]);
  const { signers } = (await openLog(store.objects, verifierKeys)).checkpoint;
  const next = rotation.checkpoint?.key.vkey;
  if (next === undefined || signers.some(({ vkey }) => vkey === next)) return size;
  // This call was interrupted before, and somebody else published its entry with the old key alone. Said once
  // more, or nobody who starts with the next key could verify the ledger until something else is sealed.
  return (await seal(joint, [[recordOf(joint, rotation, trust, String(size))]])).size;
}

/** The same body in every call of one rotation, so that it is sealed once. */
function recordOf(
  { identity, verifierKeys }: Store,
  { at }: Rotation,
  trust: readonly TrustFile[],
  again = '',
): TrustRecord {
  const files = trust.map(({ path, bytes }) => ({ path, sha256: sha256Hex(bytes) }));
  const id = identity.id('trust', at, ...files.map(({ sha256 }) => sha256), again);
  return { v: 1, kind: 'trust', id, run: id, at, salt: identity.salt(id), files, verifierKeys: [...verifierKeys] };
}
