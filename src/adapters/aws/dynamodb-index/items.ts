import { gunzipSync, gzipSync } from 'node:zlib';
import { canonicalize, sha256Hex } from '../../../ledger/canonical.ts';
import type { Body, Entry } from '../../../model/entry.ts';
import { messageOf, WitnessmarkError } from '../../../model/error.ts';
import type { Evidence, EvidenceHead } from '../../../model/evidence.ts';
import type { IndexedEntry } from '../../../ports/evidence-index.ts';
import { hashOf } from '../../index-entries.ts';
import { damaged } from './errors.ts';
import { indexIn, type Keys, subjectHash, timeKey } from './keys.ts';
import { type Item, type Key, keyItem, numberAt, textAt } from './requests.ts';

/**
 * What an item may hold, in bytes: DynamoDB takes 400 KB with names and keys. A larger body stands in the
 * ledger's own object only, a larger head in the body only.
 */
const MOST_BODY_BYTES = 200 * 1024;
const MOST_HEAD_BYTES = 64 * 1024;
/** No body may inflate to more: whoever can write the table must not exhaust the reader. */
const MOST_TEXT_BYTES = 64 * 1024 * 1024;

/** Reads the canonical body of a ledger entry from where the ledger keeps it. */
export type ReadBody = (entry: Entry) => Promise<Uint8Array>;

/** A ledger entry with what the table tells of it. `same` is the first entry with this body, where it is another. */
export type Fresh = IndexedEntry & { readonly same?: number };

/** The one item that holds a ledger entry and its body. Throws `index-entry-invalid`. */
export function entryItem(keys: Keys, { index, entry, body, same }: Fresh): Item {
  const text = canonicalize(body);
  if (sha256Hex(text) !== hashOf(entry)) throw mismatch(index, entry);
  const packed = gzipSync(text);
  return {
    ...keyItem(keys.entry(index)),
    ...texts({ hash: hashOf(entry), kind: entry.kind, id: entry.id, run: entry.run, at: entry.at, in: entry.in }),
    ...(same === undefined ? {} : { same: { N: String(same) } }),
    ...(body.kind === 'evidence' ? headOf(body) : {}),
    ...(packed.length > MOST_BODY_BYTES ? {} : { body: { B: packed } }),
  };
}

/** Whether two items tell the same ledger entry. */
export function isSameEntry(a: Item, b: Item): boolean {
  return ['hash', 'kind', 'id', 'run', 'at', 'in'].every((name) => a[name]?.S === b[name]?.S);
}

const texts = (values: Readonly<Record<string, string>>): Item =>
  Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }]));

function headOf(evidence: Evidence): Item {
  const head = JSON.stringify(evidenceHead(evidence));
  return Buffer.byteLength(head) > MOST_HEAD_BYTES ? {} : { head: { S: head } };
}

function evidenceHead(evidence: Evidence): EvidenceHead {
  const { at, source, subject, resourceType, name, account, region, outcome, change, reason, failures, event } =
    evidence;
  const told = { at, source, subject, resourceType, name, account, region, outcome, change, reason, failures };
  return event === undefined ? told : { ...told, event: { eventTime: event.eventTime } };
}

/** Where the lists name an entry, so that queries find it. All of them follow from the entry alone. */
export function listItems(keys: Keys, fresh: Fresh): Item[] {
  const { index, entry, body, same } = fresh;
  if (same !== undefined) return [];
  const first = { ...keyItem(keys.hash(hashOf(entry))), index: { N: String(index) } };
  return [
    first,
    ...(body.kind === 'evidence' ? evidenceLists(keys, index, entry, body) : bodyLists(keys, index, body)),
  ];
}

function evidenceLists(keys: Keys, index: number, entry: Entry, body: Evidence): Item[] {
  const { at, run, source, account, region, change } = body;
  const pointer = texts({ run, source, account, region, change });
  const lists = [keys.place(body), keys.subject(body.subject), keys.run(run, 'evidence', index)];
  if (body.event !== undefined) lists.push(keys.actor(body.event.actor));
  const sk = timeKey(at, index);
  const bySource = {
    ...keyItem({ pk: keys.source(source), sk }),
    ...pointer,
    hash: { S: hashOf(entry) },
    ...headOf(body),
  };
  return [bySource, ...lists.map((pk) => ({ ...keyItem({ pk, sk }), ...pointer }))];
}

function bodyLists(keys: Keys, index: number, body: Exclude<Body, Evidence>): Item[] {
  const place = body.kind === 'observations' ? { account: body.account, region: body.region } : {};
  const pointer = texts({ run: body.run, ...place });
  const sk = timeKey(body.at, index);
  const lists = [keys.kind(body.kind, index), keys.run(body.run, body.kind, index)];
  return lists.map((pk) => ({ ...keyItem({ pk, sk }), ...pointer }));
}

/** Names a source, so that everything can be read source by source. */
export function sourceItem(keys: Keys, source: string): Item {
  return { ...keyItem({ pk: keys.sources, sk: subjectHash(source) }), source: { S: source } };
}

/** Says which evidence is a subject's latest. */
export function currentItem(keys: Keys, { index, body }: { index: number; body: Evidence }): Item {
  return { ...keyItem(currentKey(keys, body)), at: { S: body.at }, index: { N: String(index) } };
}

export const currentKey = (keys: Keys, body: Evidence): Key => ({
  pk: keys.current(body),
  sk: subjectHash(body.subject),
});

/** What an entry's item says beside its body. */
export interface StoredEntry {
  readonly index: number;
  readonly hash: string;
  readonly item: Item;
}

export const storedEntry = (item: Item): StoredEntry => ({
  index: indexIn(textAt(item, 'sk')),
  hash: textAt(item, 'hash'),
  item,
});

/** The whole body, from the item or, where it is too large for one, from the ledger. Throws `index-damaged`. */
export async function bodyIn({ index, hash, item }: StoredEntry, readBody: ReadBody): Promise<Body> {
  const packed = item.body?.B;
  const bytes = packed === undefined ? await readBody(entryIn(hash, item)) : unpacked(index, packed);
  if (sha256Hex(bytes) !== hash) throw damaged(`the body of entry ${index} does not hash to ${hash}`);
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Body;
}

function unpacked(index: number, packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed, { maxOutputLength: MOST_TEXT_BYTES });
  } catch (thrown) {
    throw damaged(`the body of entry ${index} cannot be unpacked: ${messageOf(thrown)}`, thrown);
  }
}

function entryIn(hash: string, item: Item): Entry {
  const [id, run, at, kind] = [textAt(item, 'id'), textAt(item, 'run'), textAt(item, 'at'), textAt(item, 'kind')];
  return { v: 1, kind: kind as Entry['kind'], id, run, at, body: `sha256:${hash}`, in: textAt(item, 'in') };
}

/** The head in an item; undefined where it was too large, and stands in the body only. */
export function headIn(item: Item): EvidenceHead | undefined {
  const head = item.head?.S;
  if (head === undefined) return undefined;
  try {
    return JSON.parse(head) as EvidenceHead;
  } catch (thrown) {
    throw damaged(`item ${item.pk?.S} ${item.sk?.S} has a head that is no JSON`, thrown);
  }
}

export { evidenceHead };

/** First entry with a body, in the item of its hash. */
export const firstIn = (item: Item): number => numberAt(item, 'index');

function mismatch(index: number, entry: Entry): WitnessmarkError {
  return new WitnessmarkError(
    'index-entry-invalid',
    `cannot index ledger entry ${index}: its body does not hash to ${entry.body}`,
    { hint: 'run `witnessmark audit`' },
  );
}
