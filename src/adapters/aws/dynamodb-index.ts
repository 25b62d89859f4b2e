import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { applyEntries, firstsOf } from './dynamodb-index/apply.ts';
import { clearTable } from './dynamodb-index/clear.ts';
import type { ReadBody } from './dynamodb-index/items.ts';
import { keysOf } from './dynamodb-index/keys.ts';
import { bodyRows, currentStates, evidenceAt, evidenceRows, headRows, observationRows } from './dynamodb-index/read.ts';
import { MOST_KEYS, type Table } from './dynamodb-index/requests.ts';
import { readState } from './dynamodb-index/state.ts';
import { batched } from './dynamodb-index/streams.ts';

export interface DynamodbIndexOptions {
  readonly table: string;
  /** Reads the canonical body of an entry from the ledger's objects, for bodies that are too large for the table. */
  readonly readBody: ReadBody;
  /** The SDK's own region and credentials where left out. */
  readonly client?: Pick<DynamoDBClient, 'send'>;
  /** First pause before what DynamoDB left undone is asked for again, in milliseconds. */
  readonly firstPauseMs?: number;
}

/**
 * The index in one DynamoDB table (`INDEX_TABLE`). Every read is strongly consistent and sees the entries
 * below one size, which is written last: entries are visible all together or not at all, whatever fails.
 * Throws `index-throttled`, `index-denied`, `index-missing`, `index-unreachable`, `index-failed`,
 * `index-answer-invalid`, `index-damaged`, `index-layout`, `index-hole`, `index-conflict`, `index-cleared`
 * and `index-entry-invalid`.
 */
export function dynamodbIndex(options: DynamodbIndexOptions): EvidenceIndex {
  const own = options.client === undefined ? defaultClient() : undefined;
  const client = options.client ?? (own as DynamoDBClient);
  const table: Table = { client, name: options.table, firstPauseMs: options.firstPauseMs ?? 50 };
  const reader = { table, readBody: options.readBody };
  return {
    size: async () => (await readState(table)).size,
    apply: (entries) => applyEntries(table, entries),
    current: (source, account, region) => currentStates(reader, { source, account, region }),
    evidence: (filter) => evidenceRows(reader, filter),
    heads: (order, treeSize) => headRows(reader, order, treeSize),
    evidenceAt: (index) => evidenceAt(reader, index),
    observations: (filter) => observationRows(reader, filter),
    bodies: (kind, filter = {}) => bodyRows(reader, kind, filter),
    // Whoever stores bodies asks for hundreds at once.
    find: batched(MOST_KEYS, (hashes) => find(table, hashes)),
    clear: () => clearTable(table),
    close: async () => own?.destroy(),
  };
}

/** The first entry of each of these hashes, among those that are visible. */
async function find(table: Table, hashes: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { generation, size } = await readState(table);
  const firsts = await firstsOf(table, keysOf(generation), hashes);
  return new Map([...firsts].filter(([, index]) => index < size));
}

function defaultClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 10,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
}
