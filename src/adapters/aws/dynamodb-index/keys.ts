import { sha256Hex } from '../../../ledger/canonical.ts';
import type { Kind } from '../../../model/entry.ts';
import type { Key } from './requests.ts';

/**
 * Into how many partition keys a list is spread that takes part in every write. A partition of DynamoDB
 * takes 1,000 writes a second, and ledger indices only grow.
 */
export const SHARDS = 4;

/** What a place is to the index: whose states are told together. */
export interface Place {
  readonly source: string;
  readonly account: string;
  readonly region: string;
}

/** Where the generation and the size stand. */
export const STATE_KEY: Key = { pk: 'state', sk: 'state' };
/** There while items of an earlier generation may be left. */
export const SWEEPING_KEY: Key = { pk: 'state', sk: 'sweeping' };

const INDEX_DIGITS = 16;
/** A ledger index that sorts as text. */
export const padded = (index: number): string => String(index).padStart(INDEX_DIGITS, '0');
/** Sorts by time, then by ledger index. */
export const timeKey = (at: string, index: number): string => `${at}#${padded(index)}`;
/** The ledger index at the end of a sort key. */
export const indexIn = (sk: string): number => Number(sk.slice(-INDEX_DIGITS));
/** Sorts after every `timeKey` of this time and before those of any later one. */
export const endOfTime = (at: string): string => `${at}#~`;

const shards = (name: string): string[] => Array.from({ length: SHARDS }, (_, shard) => `${name}#${shard}`);
const shardOf = (name: string, index: number): string => `${name}#${index % SHARDS}`;

/** The generation that a partition key belongs to; undefined for the index's own state. */
export function generationOf(pk: string): number | undefined {
  const [, generation] = /^(\d+)#/.exec(pk) ?? [];
  return generation === undefined ? undefined : Number(generation);
}

/**
 * Every key of one generation. Names from outside go in as hashes: a partition key has room for 2,048
 * bytes and a sort key for 1,024, and the names of resources have no limit of ours.
 */
export function keysOf(generation: number) {
  const name = (...parts: string[]): string => [generation, ...parts].join('#');
  const entries = name('entry');
  const run = (id: string, kind: Kind) => name('run', id, kind);
  const kindOver = (kind: Kind) => name('kind', kind);
  return {
    entry: (index: number): Key => ({ pk: shardOf(entries, index), sk: padded(index) }),
    entries: () => shards(entries),
    hash: (hash: string): Key => ({ pk: name('hash', hash), sk: 'first' }),
    sources: name('sources'),
    source: (source: string) => name('source', sha256Hex(source)),
    place: (place: Place) => name('place', placeHash(place)),
    current: (place: Place) => name('current', placeHash(place)),
    subject: (subject: string) => name('subject', subjectHash(subject)),
    subjectOfHash: (hash: string) => name('subject', hash),
    actor: (actor: string) => name('actor', sha256Hex(actor)),
    run: (id: string, kind: Kind, index: number) => shardOf(run(id, kind), index),
    runs: (id: string, kind: Kind) => shards(run(id, kind)),
    kind: (kind: Kind, index: number) => shardOf(kindOver(kind), index),
    kinds: (kind: Kind) => shards(kindOver(kind)),
  };
}
export type Keys = ReturnType<typeof keysOf>;

export const subjectHash = (subject: string): string => sha256Hex(subject);
const placeHash = ({ source, account, region }: Place): string => sha256Hex(`${source}\t${account}\t${region}`);
