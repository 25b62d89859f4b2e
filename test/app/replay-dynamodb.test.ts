import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { dynamodbIndex } from '../../src/adapters/aws/dynamodb-index.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { collect } from '../../src/app/collect.ts';
import { replaySuccess } from '../../src/app/health/replay-success.ts';
import { ingest } from '../../src/app/ingest.ts';
import { bodyReader, entryOf } from '../../src/app/objects.ts';
import { replay, syncIndex } from '../../src/app/replay.ts';
import { openLog } from '../../src/ledger/read.ts';
import { Body } from '../../src/model/entry.ts';
import type { EvidenceIndex, IndexedEntry } from '../../src/ports/evidence-index.ts';
import { startDynalite } from '../adapters/dynamodb.ts';
import { VKEY } from '../ledger/helpers.ts';
import { everyAnswer } from '../ports/every-answer.ts';
import { ACCOUNT, CATALOGUE, request, type World } from './demo.ts';
import { copyOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

const dynamo = await startDynalite();
afterAll(() => dynamo.stop());

const DAYS: readonly World[] = [
  { boxes: { a: { locked: true }, b: { locked: false } }, rules: { BOX_TAGGED: 'compliant' } },
  { boxes: { a: { locked: false }, c: { locked: 'denied' } }, rules: { BOX_TAGGED: 'non_compliant' } },
];

/** Collects and ingests what every index has to take in; the index is filled while that goes on. */
async function makeLedger(disk: Disk, index?: EvidenceIndex): Promise<EvidenceIndex> {
  const store = storeOf(disk, index === undefined ? {} : { index });
  for (const [at, world] of DAYS.entries()) await collect(store, request(at + 1, world));
  const login = {
    eventVersion: '1.08',
    eventID: 'e1',
    eventTime: '2026-10-01T08:00:00Z',
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    awsRegion: 'us-east-1',
    recipientAccountId: ACCOUNT,
    userIdentity: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
  };
  const bytes = Buffer.from(JSON.stringify({ Records: [login] }));
  const files = (async function* () {
    yield { name: 'one.json', bytes };
  })();
  await ingest(store, { files, catalogue: CATALOGUE, at: '2026-10-05T00:00:00.000Z' });
  return store.index;
}

async function entriesOf(disk: Disk): Promise<IndexedEntry[]> {
  const { objects } = storeOf(disk);
  const [bodyOf, entries] = [bodyReader(objects), [] as IndexedEntry[]];
  for await (const { index, bytes } of (await openLog(objects, [VKEY])).entries()) {
    const entry = entryOf(bytes);
    entries.push({ index, entry, body: Body.parse(JSON.parse(Buffer.from(await bodyOf(entry)).toString('utf8'))) });
  }
  return entries;
}

const openOn = (disk: Disk, table: string): EvidenceIndex =>
  dynamodbIndex({ table, client: dynamo.client, readBody: bodyReader(storeOf(disk).objects) });
/** The state names the generation, and so does every key. */
const withoutGeneration = (items: readonly string[]): string[] =>
  items.map((it) => it.replace(/"S":"\d+#/, '"S":"#').replace(/"generation",\{"N":"\d+"\}/, '')).sort();

describe('a ledger that is replayed into DynamoDB', () => {
  it('gives the answers of SQLite and of the table before it, and changes nothing the second time', async () => {
    const [disk, other] = [emptyDisk(), emptyDisk()];
    const sqlite = await makeLedger(disk);
    const table = await dynamo.newTable();
    const before = await makeLedger(other, openOn(other, table));
    // Whatever index a run decides by, it seals the same.
    expect([...other.objects.keys()].sort()).toEqual([...disk.objects.keys()].sort());
    const entries = await entriesOf(disk);
    expect(new Set(entries.map((it) => it.entry.kind))).toEqual(new Set(['plan', 'evidence', 'observations', 'run']));
    const expected = await everyAnswer(sqlite, entries);
    expect(await everyAnswer(before, entries)).toEqual(expected);

    const anew = await dynamo.newTable();
    const store = storeOf(copyOf(disk), { index: openOn(disk, anew) });
    expect(await replay(store)).toBe(entries.length);
    expect(await everyAnswer(store.index, entries)).toEqual(expected);
    const items = await dynamo.itemsOf(anew);
    expect(items).toEqual(await dynamo.itemsOf(table));

    expect(await syncIndex(store)).toBe(0);
    expect(await dynamo.itemsOf(anew)).toEqual(items);
    expect(await replay(store)).toBe(entries.length);
    expect(await everyAnswer(store.index, entries)).toEqual(expected);
    expect(withoutGeneration(await dynamo.itemsOf(anew))).toEqual(withoutGeneration(items));
  }, 60_000);

  it.each([
    ['whole', 1_000],
    ['sample', 0],
  ] as const)(
    'is told by its health to be as the ledger has it, and not to be once an item was altered: %s',
    async (compared, wholeMost) => {
      const disk = emptyDisk();
      const table = await dynamo.newTable();
      const index = await makeLedger(disk, openOn(disk, table));
      const store = storeOf(disk, { index });
      const options = { newIndex: () => sqliteIndex(':memory:'), wholeMost };
      expect(await replaySuccess(store, options)).toMatchObject({ value: 100, details: { compared } });
      const { Items: items = [] } = await dynamo.client.send(new ScanCommand({ TableName: table }));
      // An entry that says something else than the ledger: where bodies are kept packed, its hash.
      const item = items.find((it) => it.kind?.S === 'evidence' && it.same === undefined);
      await dynamo.client.send(
        new PutItemCommand({ TableName: table, Item: { ...item, hash: { S: '0'.repeat(64) } } }),
      );
      const { value } = (await replaySuccess(store, options)) as { value: number };
      expect(value).toBeLessThan(100);
    },
    60_000,
  );
});
