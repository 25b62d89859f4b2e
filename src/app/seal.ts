import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { encodeEntry } from '../ledger/entry.ts';
import { integrate } from '../ledger/integrate.ts';
import { checkSequenced, publishedSize, sequence } from '../ledger/sequence.ts';
import type { Body, Entry } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { IndexedEntry } from '../ports/evidence-index.ts';
import { createLines } from './objects.ts';
import { syncIndex } from './replay.ts';
import type { Store } from './store.ts';

/** Most entries in one batch object; a larger seal takes several. */
const BATCH_ENTRIES = 4096;

/** Where the sealed entries stand; `size` is the tree size of the checkpoint that covers them. */
export interface Sealed {
  readonly entries: number;
  readonly size: number;
}

/** Bodies that are stored and in no entry of the ledger yet. */
export interface StoredBody {
  readonly entry: Entry;
  /** Left out where there were many: they are read back then. */
  readonly body?: Body;
}

/** Bodies of a group that are kept in memory until they are indexed. */
const KEPT_BODIES = 1024;

/**
 * Appends bodies to the ledger: one evidence object per group, entries in order, one signed
 * checkpoint over all of them, then the index. When it returns, the entries are durable and signed.
 * Bodies that the ledger holds already are left out, so a retry appends nothing twice.
 */
export async function seal(store: Store, groups: readonly (readonly Body[])[]): Promise<Sealed> {
  if (groups.some((it) => it.length > 0)) await store.claim?.();
  const from = await publishedSize(store.objects);
  await syncIndex(store);
  const stored: StoredBody[] = [];
  for (const group of groups) stored.push(...(await storeBodies(store, group)));
  return appendStored(store, stored, from);
}

/**
 * The second half of `seal`, for bodies that were stored group by group while a run went on; those that somebody has
 * sealed meanwhile are left out.
 */
export async function sealStored(store: Store, stored: readonly StoredBody[]): Promise<Sealed> {
  if (stored.length > 0) await store.claim?.();
  const from = await publishedSize(store.objects);
  await syncIndex(store);
  return appendStored(store, await notSealed(store, stored), from);
}

/** Those of these bodies that are in no entry yet; the index must be up to date. */
async function notSealed(store: Pick<Store, 'index'>, stored: readonly StoredBody[]): Promise<StoredBody[]> {
  const known = await Promise.all(stored.map(({ entry }) => store.index.find(entry.body.slice('sha256:'.length))));
  return stored.filter((_, at) => known[at] === undefined);
}

/**
 * `from` was the newest checkpoint's size before the index was asked what is new: a step of a run that is made twice at
 * the same time appends the same batches, and the walk finds those of the other although they are signed by now.
 */
async function appendStored(store: Store, stored: readonly StoredBody[], from: number): Promise<Sealed> {
  const applied: IndexedEntry[] = [];
  const starts: number[] = [];
  let next = await store.index.size();
  let behind = from;
  for (let at = 0; at < stored.length; at += BATCH_ENTRIES) {
    const batch = stored.slice(at, at + BATCH_ENTRIES);
    const { start } = await sequence(store.objects, encoded(batch), behind);
    starts.push(start);
    behind = start + batch.length;
    if (start === next) applied.push(...batch.flatMap((it, offset) => indexed(it, start + offset)));
    next += batch.length;
  }
  const checkpoint = await integrate({
    objects: store.objects,
    notary: store.notary,
    verifierKeys: store.verifierKeys,
  });
  for (const [at, start] of starts.entries()) {
    await checkSequenced(store.objects, start, encoded(stored.slice(at * BATCH_ENTRIES, (at + 1) * BATCH_ENTRIES)));
  }
  // Another writer's entries may lie between ours or after them, or those of one that crashed before
  // it could publish them, or ours were too many to remember: then the ledger is read.
  if (applied.length === stored.length && next === checkpoint.size) await store.index.apply(applied);
  else await syncIndex(store);
  return { entries: stored.length, size: checkpoint.size };
}

/**
 * Seals bodies each as a batch of its own, and gives their ledger indices in the order given. Any number of writers may
 * seal the same bodies at the same time, and each body has one entry all the same: the bytes of its batch follow from it
 * alone, the index says whether it stands before a checkpoint that was there at the beginning, and the walk over all
 * batches behind that one finds it where it stands there. Takes no claim, since it depends on nothing that others write.
 */
export async function sealEach(store: Store, bodies: readonly Body[]): Promise<number[]> {
  const from = await publishedSize(store.objects);
  await syncIndex(store);
  const fresh: { readonly start: number; readonly entries: Uint8Array[] }[] = [];
  for (const body of bodies) {
    const entries = encoded(await storeBodies(store, [body]));
    if (entries.length > 0) fresh.push({ ...(await sequence(store.objects, entries, from)), entries });
  }
  if (fresh.length > 0) {
    await integrate({ objects: store.objects, notary: store.notary, verifierKeys: store.verifierKeys });
    for (const { start, entries } of fresh) await checkSequenced(store.objects, start, entries);
    await syncIndex(store);
  }
  return Promise.all(bodies.map((body) => indexOf(store, body)));
}

async function indexOf(store: Store, body: Body): Promise<number> {
  const index = await store.index.find(sha256Hex(canonicalize(body)));
  if (index !== undefined) return index;
  throw new WitnessmarkError('ledger-entry-missing', `${body.kind} ${body.id} was sealed and is not in the index`, {
    hint: 'run `witnessmark audit`, then `witnessmark replay`',
  });
}

const encoded = (batch: readonly StoredBody[]): Uint8Array[] => batch.map(({ entry }) => encodeEntry(entry));

const indexed = ({ entry, body }: StoredBody, index: number): IndexedEntry[] =>
  body === undefined ? [] : [{ index, entry, body }];

/**
 * Brings the index up to everything that was ever sequenced, also what a crashed writer could not
 * publish any more. Whoever decides by the index what is new begins with this, or a retry at another
 * time would seal the same thing again; and nobody else may write from then on, or both would tell the
 * same change.
 */
export async function recover(store: Store): Promise<void> {
  await store.claim?.();
  await seal(store, []);
}

/**
 * Stores bodies as one evidence object, those that the ledger holds already left out; the index must be
 * up to date. What it gives is in the ledger only once it is sealed.
 */
export async function storeBodies(store: Store, group: readonly Body[]): Promise<StoredBody[]> {
  const lines = group.map((body) => {
    const line = canonicalize(body);
    return { body, line, hash: sha256Hex(line) };
  });
  // All at once: an index in the cloud answers hundreds in one call.
  const known = await Promise.all(lines.map(({ hash }) => store.index.find(hash)));
  const fresh = lines.filter((_, at) => known[at] === undefined);
  if (fresh.length === 0) return [];
  const name = await createLines(
    store.objects,
    'evidence',
    fresh.map(({ line }) => line),
  );
  const keeps = fresh.length <= KEPT_BODIES;
  return fresh.map(({ body, hash }) => ({
    ...(keeps ? { body } : {}),
    entry: {
      v: 1,
      kind: body.kind,
      id: body.id,
      run: body.run,
      at: body.at,
      body: `sha256:${hash}`,
      in: name,
    } satisfies Entry,
  }));
}
