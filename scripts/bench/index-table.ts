import { dynamodbIndex } from '../../src/adapters/aws/dynamodb-index.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { EvidenceIndex, IndexedEntry } from '../../src/ports/evidence-index.ts';
import { noLargeBody } from '../../test/adapters/dynamodb.ts';
import { startDynamodbLocal } from '../../test/emulators/support/dynamodb-local.ts';

/**
 * The index on DynamoDB Local, filled with entries of evidence: items a second, their size, and how long
 * queries take (p50 and p95 of 40, in milliseconds). `node scripts/bench/index-table.ts [entries]`.
 */
const ENTRIES = Number(process.argv[2] ?? 100_000);
const PORTION = 2048;
const [SOURCES, ACCOUNTS, REGIONS] = [50, 5, 4];

function entryOf(index: number): IndexedEntry {
  const [source, account, region] = [index % SOURCES, index % ACCOUNTS, Math.floor(index / 7) % REGIONS];
  const subject = `arn:aws:s3:::bench-bucket-${Math.floor(index / 3)}`;
  const uuid = (number: number): string => `00000000-0000-8000-8000-${String(number).padStart(12, '0')}`;
  const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 1000) * 3_600_000).toISOString();
  const body: Evidence = {
    v: 1,
    kind: 'evidence',
    id: uuid(index),
    run: uuid(Math.floor(index / 5000)),
    at,
    source: `check:bench-${String(source).padStart(3, '0')}`,
    subject,
    resourceType: 'AWS::S3::Bucket',
    name: subject.slice(13),
    account: String(111_111_111_111 * (account + 1)),
    region: `eu-west-${region + 1}`,
    outcome: index % 10 === 0 ? 'non_compliant' : 'compliant',
    reason: 'default encryption is SSE-KMS with a key that the customer manages',
    change: 'changed',
    facts: { encryption: { algorithm: 'aws:kms', key: sha256Hex(subject), bucketKey: true }, versioning: 'Enabled' },
    failures: {},
    judgement: { sha256: sha256Hex(`${source}`), expect: 'resource.encryption != null', params: {} },
    retrievals: [
      {
        operation: 's3:GetBucketEncryption',
        object: sha256Hex(at),
        line: (index % 900) + 1,
        sha256: sha256Hex(`${index}`),
      },
    ],
    previous: sha256Hex(`${index - 1}`),
    salt: sha256Hex(`salt ${index}`).slice(0, 32),
  };
  const { kind, id, run } = body;
  const sealed = `sha256:${sha256Hex(canonicalize(body))}`;
  return { index, body, entry: { v: 1, kind, id, run, at, body: sealed, in: sha256Hex(at) } };
}

async function timed(name: string, ask: (turn: number) => Promise<number>, turns = 40): Promise<void> {
  const times: number[] = [];
  let rows = 0;
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now();
    rows = await ask(turn);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(0);
  console.log(`${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${rows} rows`);
}

async function count(rows: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY): Promise<number> {
  let counted = 0;
  for await (const _row of rows) if (++counted >= most) break;
  return counted;
}

async function ask(index: EvidenceIndex): Promise<void> {
  const one = (turn: number): Evidence => entryOf((turn * 7919) % ENTRIES).body as Evidence;
  await timed('size', () => index.size());
  await timed('find', async (turn) => (await index.find(entryOf(turn * 31).entry.body.slice(7))) ?? -1);
  await timed('evidenceAt', async (turn) => ((await index.evidenceAt(turn * 31)) ? 1 : 0));
  await timed('evidence of a subject', (turn) => count(index.evidence({ subject: one(turn).subject })));
  await timed('evidence of a place', (turn) => {
    const { source, account, region } = one(turn);
    return count(index.evidence({ source, account, region }));
  });
  await timed('current of a place', async (turn) => {
    const { source, account, region } = one(turn);
    return (await index.current(source, account, region)).size;
  });
  await timed('evidence of an hour', (turn) => count(index.evidence({ from: one(turn).at, to: one(turn).at })), 20);
  await timed('first 100 of everything', () => count(index.evidence({}), 100), 20);
  await timed('heads by source', () => count(index.heads('source', ENTRIES)), 1);
  await timed('heads by entry', () => count(index.heads('entry', ENTRIES)), 1);
}

const dynamo = await startDynamodbLocal();
try {
  const table = await dynamo.newTable();
  const index = dynamodbIndex({ table, client: dynamo.client, readBody: noLargeBody });
  const began = performance.now();
  for (let from = 0; from < ENTRIES; from += PORTION) {
    await index.apply(Array.from({ length: Math.min(PORTION, ENTRIES - from) }, (_, at) => entryOf(from + at)));
  }
  const seconds = (performance.now() - began) / 1000;
  const sizes = (await dynamo.itemsOf(table)).map((it) => it.length);
  const total = sizes.reduce((sum, it) => sum + it, 0);
  console.log(
    `${ENTRIES} entries, ${sizes.length} items in ${seconds.toFixed(0)} s: ${(sizes.length / seconds).toFixed(0)} items/s`,
  );
  console.log(
    `items as text: ${(total / sizes.length).toFixed(0)} bytes on average, largest ${sizes.reduce((a, b) => Math.max(a, b), 0)}`,
  );
  await ask(index);
} finally {
  await dynamo.stop();
}
