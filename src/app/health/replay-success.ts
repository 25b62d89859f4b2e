import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalize, sha256Hex } from '../../ledger/canonical.ts';
import { CHECKPOINT_KEY } from '../../ledger/checkpoint.ts';
import { type Log, openLog } from '../../ledger/read.ts';
import { Entry, type Kind } from '../../model/entry.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { bodyReader, entryOf } from '../objects.ts';
import { syncIndex } from '../replay.ts';
import type { Store } from '../store.ts';
import { counted, type Measured, percent } from './measured.ts';

export interface ReplayOptions {
  /** A new, empty index in memory. */
  readonly newIndex: () => EvidenceIndex;
  /** Stores of at most so many entries are replayed whole; of larger ones a sample is compared. */
  readonly wholeMost: number;
}

/** Entries of a sample: chosen by hash, and the newest. */
const BY_HASH = 192;
const NEWEST = 64;
const SHOWN = 20;
/** Sources in accounts and regions whose latest states are compared. */
const MOST_PLACES = 500;

type Replayed = Pick<Store, 'objects' | 'index' | 'verifierKeys'>;
type OtherKind = Exclude<Kind, 'evidence'>;
const OTHERS = Entry.shape.kind.options.filter((it): it is OtherKind => it !== 'evidence');

/**
 * M10: entries for which the store's index says what the ledger says. A small store is replayed into a new index, and
 * both answer every question; of a large one entries are read from the log, with their bodies, and asked for. What the
 * ledger holds and cannot be read back is a failed replay; what could not be found out throws. The index is never changed.
 */
export async function replaySuccess(store: Replayed, options: ReplayOptions): Promise<Measured> {
  const size = await store.index.size();
  if (size === 0 && (await store.objects.get(CHECKPOINT_KEY)) === undefined)
    return { unknown: 'the ledger has no entry that could be replayed' };
  const log = await openLog(store.objects, store.verifierKeys);
  return log.checkpoint.size <= options.wholeMost ? whole(store, log.checkpoint.size, options) : sampled(store, log);
}

async function whole(store: Replayed, size: number, { newIndex }: ReplayOptions): Promise<Measured> {
  const rebuilt = newIndex();
  try {
    const { objects, verifierKeys } = store;
    const problem = await failureOf(() => syncIndex({ objects, verifierKeys, index: rebuilt }));
    const replayed = await rebuilt.size();
    if (problem !== undefined) {
      const says = `${replayed} of ${counted(size, 'entry', 'entries')} could be replayed: ${problem}`;
      return {
        value: percent(Math.min(replayed, size), size),
        says,
        details: { compared: 'whole', different: [problem] },
      };
    }
    let ours: Answers = new Map();
    const damage = await failureOf(async () => {
      ours = await answersOf(store.index, size);
    });
    // An index that cannot answer has no entry right, as far as anybody can tell.
    if (damage !== undefined) return { value: 0, says: damage, details: { compared: 'whole', different: [damage] } };
    return compared(ours, await answersOf(rebuilt, size), size);
  } finally {
    await rebuilt.close();
  }
}

type Answers = ReadonlyMap<string, string>;

function compared(ours: Answers, theirs: Answers, size: number): Measured {
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  const different = [...names].filter((it) => ours.get(it) !== theirs.get(it)).sort();
  const good = Math.max(0, size - new Set(different.map((it) => it.split(' ')[0])).size);
  const says = `${good} of ${counted(size, 'entry', 'entries')} as a new index, replayed from the ledger, has them`;
  const details = { compared: 'whole', entries: size, different: different.slice(0, SHOWN) };
  return { value: percent(good, size), says, details };
}

/** Why something could not be replayed, or that the index is damaged; what could not be found out is thrown. */
async function failureOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    const isOfLedger = thrown instanceof WitnessmarkError && /^(ledger-|store-|index-damaged$)/.test(thrown.code);
    const isMalformed = thrown instanceof SyntaxError || thrown instanceof z.ZodError;
    if (!isOfLedger && !isMalformed) throw thrown;
    return messageOf(thrown).replaceAll(/\s+/g, ' ').slice(0, 300);
  }
}

/** What an index says of every entry: `<entry> <question>` → digest of its answers. Entries from `size` on are left out. */
async function answersOf(index: EvidenceIndex, size: number): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const add = (entry: number, question: string, answer: unknown) => {
    const name = `${entry} ${question}`;
    // Undefined members are none, however an adapter gives them.
    const text = canonicalize(JSON.parse(JSON.stringify(answer)));
    digests.set(name, hash('sha256', `${digests.get(name) ?? ''}\n${text}`, 'base64'));
  };
  const places = new Map<string, readonly [source: string, account: string, region: string]>();
  for await (const { index: entry, hash: body, evidence } of index.evidence({ treeSize: size })) {
    add(entry, 'evidence', [body, evidence]);
    const place = [evidence.source, evidence.account, evidence.region] as const;
    if (places.size < MOST_PLACES) places.set(place.join('\t'), place);
  }
  for await (const { index: entry, ...head } of index.heads('entry', size)) add(entry, 'head', head);
  for await (const { index: entry, ...rest } of index.observations({ treeSize: size })) add(entry, 'observation', rest);
  for (const kind of OTHERS)
    for await (const { index: entry, ...rest } of index.bodies(kind, { treeSize: size })) add(entry, kind, rest);
  for (const place of places.values())
    for (const state of (await index.current(...place)).values())
      add((await index.find(state.hash)) ?? -1, 'current', state);
  return digests;
}

async function sampled({ index, objects }: Replayed, log: Log): Promise<Measured> {
  const { size, note } = log.checkpoint;
  const chosen = chosenOf(size, note);
  const different: string[] = [];
  const entries = await Promise.all(chosen.map(async (at) => ({ at, entry: entryOf(await log.entry(at)) })));
  const bodyOf = bodyReader(objects);
  // Bodies that lie in one object are read together.
  for (const it of entries.toSorted((a, b) => (a.entry.in < b.entry.in ? -1 : 1))) {
    let problem: string | undefined;
    const unread = await failureOf(async () => {
      problem = await problemOf(index, it, await bodyOf(it.entry));
    });
    if ((unread ?? problem) !== undefined) different.push(`${it.at} ${unread ?? problem}`);
  }
  const good = chosen.length - different.length;
  const says = `${good} of ${counted(chosen.length, 'sampled entry', 'sampled entries')} as the ledger has them, of ${size}`;
  const details = { compared: 'sample', entries: size, sampled: chosen.length, different: different.slice(0, SHOWN) };
  return { value: percent(good, chosen.length), says, details };
}

type SampledEntry = { readonly at: number; readonly entry: Entry };

/** What the index says wrongly of an entry. */
async function problemOf(index: EvidenceIndex, it: SampledEntry, bytes: Uint8Array): Promise<string | undefined> {
  const { at, entry } = it;
  const wanted = sha256Hex(bytes);
  const first = await index.find(wanted);
  if (first === undefined || first > at) return 'is not found by its hash';
  if (entry.kind === 'evidence') {
    const found = await index.evidenceAt(at);
    return found !== undefined && sha256Hex(canonicalize(found)) === wanted ? undefined : 'differs';
  }
  // A body that two entries hold is told once, for the first of them.
  if (first < at) return undefined;
  for await (const row of index.bodies(entry.kind, { run: entry.run, from: entry.at, to: entry.at })) {
    if (row.index === at) return sha256Hex(canonicalize(row.body)) === wanted ? undefined : 'differs';
  }
  return 'is missing from the list of its kind';
}

/** The same entries for the same checkpoint, which nobody can choose. */
function chosenOf(size: number, note: Log['checkpoint']['note']): number[] {
  const chosen = new Set<number>();
  for (let at = 0; at < BY_HASH; at += 1) {
    const digest = hash('sha256', `${note}\n${at}`, 'buffer');
    chosen.add(digest.readUIntBE(0, 6) % size);
  }
  for (let at = Math.max(0, size - NEWEST); at < size; at += 1) chosen.add(at);
  return [...chosen].sort((a, b) => a - b);
}
