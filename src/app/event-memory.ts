import { gunzipSync, gzipSync } from 'node:zlib';
import type { Place } from '../collect/cloudtrail/place.ts';
import type { IdList, SeenEvents, Tally } from '../collect/cloudtrail/seen-events.ts';
import { sha256Hex } from '../ledger/canonical.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Observation } from '../model/evidence.ts';
import type { Failure } from '../model/retrieval.ts';
import type { Store } from './store.ts';

/** The service under which ingested events are observed. */
export const EVENTS_SERVICE = 'cloudtrail-events';

/** Name of the failure of a selector for whose events LookupEvents has no attribute; it says nothing of the other selectors. */
export const NO_LOOKUP = 'NoLookupAttribute';

/** No such object inflates to more: 16 bytes an event, and an ingest seals long before that. */
const MAX_INFLATED_BYTES = 256 * 1024 * 1024;

/** Ids of the events of one account that one run counted; `id` is that of its observations. */
export interface CountedEvents {
  readonly id: string;
  readonly bytes: Uint8Array;
}

type Maker = Pick<Store, 'identity'>;

/**
 * Which events a run counted, as an object beside the ledger: `events/<id of the observations>.jsonl.gz`, one
 * line a day. The id is derived from the bytes with the deployment's secret and stands in the ledger, so
 * nobody can put in ids of events that were never counted and so have them left out later.
 */
export function countedEvents(
  store: Maker,
  run: string,
  account: string,
  days: ReadonlyMap<string, Tally>,
): CountedEvents {
  const lines = [...days]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, tally]) => `${JSON.stringify({ day, uuids: packed(tally.uuids), hashes: packed(tally.hashes) })}\n`);
  const bytes = gzipSync(lines.join(''), { level: 1 });
  return { id: idOf(store, { run, account }, bytes), bytes };
}

/** Writes such an object. Nothing happens where it is there already. */
export async function keepEvents({ objects }: Pick<Store, 'objects'>, { id, bytes }: CountedEvents): Promise<void> {
  await objects.create(keyOf(id), bytes);
}

const keyOf = (id: string): string => `events/${id}.jsonl.gz`;

const idOf = ({ identity }: Maker, { run, account }: { run: string; account: string }, bytes: Uint8Array): string =>
  identity.id('observations', run, account, 'global', EVENTS_SERVICE, sha256Hex(bytes));

/** Events that earlier ingests counted, read when a file of the same account and day comes. */
export interface EventMemory {
  /** Days that the newest observation does not call whole, and why; `account day` → the first failure that is not of one selector alone. */
  readonly open: ReadonlyMap<string, Failure>;
  /** Days that were observed whole: `account day`. */
  readonly whole: ReadonlySet<string>;
  /** Makes `seen` know the events of these places. */
  recall(places: Iterable<Place>, seen: SeenEvents): Promise<void>;
  /** Observations whose events are not known any more. */
  readonly forgotten: ReadonlySet<string>;
}

interface Kept {
  readonly id: string;
  readonly run: string;
  readonly account: string;
}

/** Which earlier runs counted events of which places. */
export async function eventMemory(store: Store): Promise<EventMemory> {
  const { kept, open, whole } = await keptByPlace(store);
  const forgotten = new Set<string>();
  const recalled = new Set<string>();
  const recall = async (places: Iterable<Place>, seen: SeenEvents): Promise<void> => {
    for (const { account, day } of places) {
      for (const it of kept.get(account + day) ?? []) {
        if (recalled.has(it.id)) continue;
        recalled.add(it.id);
        if (!(await recallOne(store, it, seen))) forgotten.add(it.id);
      }
    }
  };
  return { recall, forgotten, open, whole };
}

interface ByPlace extends Pick<EventMemory, 'open' | 'whole'> {
  readonly kept: ReadonlyMap<string, Kept[]>;
}

async function keptByPlace({ index }: Store): Promise<ByPlace> {
  const kept = new Map<string, Kept[]>();
  const open = new Map<string, Failure>();
  const whole = new Set<string>();
  for await (const { body } of index.bodies('observations')) {
    if (body.service !== EVENTS_SERVICE) continue;
    const { id, run, account } = body;
    for (const [day, observations] of Map.groupBy(body.observations, (it) => it.day)) {
      const key = account + day;
      if (observations.some((it) => it.population > 0)) kept.set(key, [...(kept.get(key) ?? []), { id, run, account }]);
      const failure = failureOf(observations);
      if (failure === undefined) {
        open.delete(key);
        whole.add(key);
      } else {
        open.set(key, failure);
        whole.delete(key);
      }
    }
  }
  return { kept, open, whole };
}

/** Why a day is not whole; what one selector cannot see is no matter of the day. */
const failureOf = (observations: readonly Observation[]): Failure | undefined =>
  observations.find((it) => !it.complete && it.failure?.name !== NO_LOOKUP)?.failure;

async function recallOne(store: Store, kept: Kept, seen: SeenEvents): Promise<boolean> {
  const object = await store.objects.get(keyOf(kept.id));
  if (object === undefined) return false;
  if (idOf(store, kept, object.bytes) !== kept.id)
    throw new WitnessmarkError(
      'store-object-altered',
      `${keyOf(kept.id)} is not what the ledger names: it was altered`,
      {
        hint: 'run `witnessmark audit`',
      },
    );
  const text = gunzipSync(object.bytes, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8');
  for (const line of text.split('\n').slice(0, -1)) {
    const { uuids, hashes } = JSON.parse(line) as { uuids: string; hashes: string };
    seen.know({ uuids: unpacked(uuids), hashes: unpacked(hashes) });
  }
  return true;
}

function packed({ words, length }: IdList): string {
  const bytes = Buffer.allocUnsafe(length * 4);
  for (let at = 0; at < length; at += 1) bytes.writeUInt32BE(words[at] ?? 0, at * 4);
  return bytes.toString('base64');
}

function unpacked(text: string): Uint32Array {
  const bytes = Buffer.from(text, 'base64');
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, at) => bytes.readUInt32BE(at * 4));
}
