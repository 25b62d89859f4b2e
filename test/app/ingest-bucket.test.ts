import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { localTrailFiles } from '../../src/adapters/local/trail-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import type { Store } from '../../src/app/store.ts';
import { type TrailObjects, trailItems } from '../../src/collect/cloudtrail/trail-listing.ts';
import { delivered, deliveredKey, memoryTrail, refusal, type TrailFault } from '../collect/cloudtrail/memory-trail.ts';
import { ACCOUNT, CATALOGUE } from './demo.ts';
import { answersOf, auditOf, emptyDisk, storeOf } from './store-of.ts';

const OTHER = '444455556666';
const EU = 'eu-west-1';
const US = 'us-east-1';

/** A root sign-in, which the selector of the fixtures matches, or a read, which nothing does. */
const event = (eventID: string, day: number, { account = ACCOUNT, isLogin = true } = {}) => ({
  eventVersion: '1.08',
  eventID,
  eventTime: `2026-10-0${day}T08:00:00Z`,
  eventName: isLogin ? 'ConsoleLogin' : 'GetObject',
  eventSource: isLogin ? 'signin.amazonaws.com' : 's3.amazonaws.com',
  awsRegion: US,
  recipientAccountId: account,
  userIdentity: { type: 'Root', arn: `arn:aws:iam::${account}:root`, accountId: account },
});

const key = (day: number, unique: string, region = EU, account = ACCOUNT) =>
  deliveredKey(account, region, `2026-10-0${day}T08:05`, unique);

const FILES = new Map([
  [key(1, 'a'), delivered([event('e1', 1), event('e2', 1, { isLogin: false })])],
  [key(1, 'b', US), delivered([event('e1', 1), event('e3', 1)])],
  [key(2, 'c'), delivered([event('e4', 2, { isLogin: false })])],
  [key(3, 'd', US), delivered([event('e5', 3)])],
  [key(2, 'e', EU, OTHER), delivered([event('e6', 2, { account: OTHER })])],
]);

interface Given {
  readonly at?: string;
  readonly isOver?: () => boolean;
  readonly since?: string;
  readonly accounts?: readonly string[];
}

const look = (store: Store, bucket: TrailObjects, { at = '2026-10-04T00:00:00.000Z', isOver, ...wish }: Given = {}) =>
  ingest(store, {
    files: (known) => trailItems(bucket, { prefix: '', lookBackDays: 7, ...wish }, known),
    catalogue: CATALOGUE,
    at,
    ...(isOver === undefined ? {} : { isOver }),
  });

/** What an auditor counts with: evidence, and events of each account and day. */
async function saidBy(store: Store) {
  const { evidence, observations } = await answersOf(store);
  const sums = new Map<string, number>();
  for (const { account, observation: it } of observations) {
    const place = `${it.source} ${account} ${it.day}`;
    sums.set(place, (sums.get(place) ?? 0) + it.population);
  }
  return {
    evidence: evidence.map(({ evidence: it }) => `${it.source} ${it.account} ${it.subject} ${it.outcome}`).sort(),
    populations: [...sums].filter(([, sum]) => sum > 0).sort(),
    whole: await wholeDays(store),
  };
}

/** `account day` → whether the newest observation calls it whole. */
async function wholeDays(store: Store): Promise<Record<string, boolean>> {
  const days = new Map<string, boolean>();
  for (const { account, observation: it } of (await answersOf(store)).observations)
    days.set(`${account} ${it.day}`, it.complete);
  return Object.fromEntries([...days].sort());
}

describe("an ingest from a trail's bucket", () => {
  it('reads what was delivered and says what it looked at', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    const bucket = memoryTrail(FILES);
    expect(await look(store, bucket)).toMatchObject({
      files: 5,
      records: 7,
      events: 6,
      duplicates: 1,
      matched: 4,
      more: false,
    });
    const [{ body } = {}] = (await answersOf(store)).bodies[1] ?? [];
    const range = {
      of: 's3://trail/',
      region: 'global',
      from: '2026-09-27T00:00:00.000Z',
      to: '2026-10-04T00:00:00.000Z',
    };
    expect(body).toMatchObject({
      looked: [
        { account: ACCOUNT, ...range },
        { account: OTHER, ...range },
      ],
      failed: [],
    });
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('reads no file twice, and writes nothing where nothing is new', async () => {
    const disk = emptyDisk();
    const bucket = memoryTrail(FILES);
    await look(storeOf(disk), bucket);
    const before = new Map(disk.objects);
    bucket.reads.length = 0;
    const again = await look(storeOf(disk), bucket, { at: '2026-10-05T00:00:00.000Z' });
    expect(again).toMatchObject({ files: 5, known: 5, runs: [], entries: 0 });
    expect(bucket.reads).toEqual([]);
    expect(disk.objects).toEqual(before);
  });

  it('finds a file that came late, and reads it alone', async () => {
    const store = storeOf();
    const bucket = memoryTrail(new Map(FILES));
    await look(store, bucket);
    bucket.reads.length = 0;
    bucket.files.set(key(1, 'late'), delivered([event('e1', 1), event('e7', 1)]));
    expect(await look(store, bucket, { at: '2026-10-05T00:00:00.000Z' })).toMatchObject({ events: 1, duplicates: 1 });
    expect(bucket.reads).toEqual([key(1, 'late')]);
  });

  it('leaves no gap after a pause, and looks back further where it is told to', async () => {
    const store = storeOf();
    const bucket = memoryTrail(new Map(FILES));
    await look(store, bucket);
    bucket.files.set(key(5, 'f'), delivered([event('e8', 5)]));
    // Forty days later the seven days before the last look are looked at again, not the last seven.
    expect(await look(store, bucket, { at: '2026-11-13T00:00:00.000Z' })).toMatchObject({ events: 1 });
    const old = deliveredKey(ACCOUNT, EU, '2026-01-02T08:05', 'old');
    bucket.files.set(old, delivered([{ ...event('e9', 1), eventTime: '2026-01-02T08:00:00Z' }]));
    expect(await look(store, bucket, { at: '2026-11-14T00:00:00.000Z' })).toMatchObject({ events: 0 });
    expect(await look(store, bucket, { at: '2026-11-15T00:00:00.000Z', since: '2026-01-01' })).toMatchObject({
      events: 1,
    });
  });

  it('passes over what is no log file, and knows an organisation trail', async () => {
    const files = new Map([
      [`AWSLogs/${ACCOUNT}/CloudTrail-Digest/${EU}/2026/10/01/digest.json.gz`, delivered([event('x1', 1)])],
      [`AWSLogs/${ACCOUNT}/CloudTrail-Insight/${EU}/2026/10/01/insight.json.gz`, delivered([event('x2', 1)])],
      [`AWSLogs/${ACCOUNT}/CloudTrail/${EU}/2026/10/01/readme.txt`, Buffer.from('no')],
      [deliveredKey(ACCOUNT, EU, '2026-10-01T08:05', 'o', 'audit/AWSLogs/o-abcdefghij/'), delivered([event('e1', 1)])],
      [
        deliveredKey(ACCOUNT, US, '2026-10-01T08:05', 'p', 'audit/AWSLogs/'),
        delivered([event('e1', 1), event('e2', 1)]),
      ],
    ]);
    const store = storeOf();
    expect(await look(store, memoryTrail(files))).toMatchObject({ files: 0 });
    const wish = { prefix: 'audit/', lookBackDays: 7 };
    const at = '2026-10-04T00:00:00.000Z';
    const result = await ingest(store, {
      files: (known) => trailItems(memoryTrail(files), wish, known),
      catalogue: CATALOGUE,
      at,
    });
    expect(result).toMatchObject({ files: 2, events: 2, duplicates: 1 });
  });

  it('says which file was denied, calls its days not whole, and is mended by the next look', async () => {
    const disk = emptyDisk();
    let isDenied = true;
    const denied = deliveredKey(ACCOUNT, EU, '2026-10-02T00:10', 'z');
    const files = new Map([...FILES, [denied, delivered([event('e4', 2, { isLogin: false })])]]);
    const bucket = memoryTrail(files, (operation, at) => {
      if (isDenied && operation === 's3:GetObject' && at === denied) throw refusal(operation, 'denied', 'AccessDenied');
    });
    const store = storeOf(disk);
    const first = await look(store, bucket);
    expect(first.failures).toMatchObject([
      { account: ACCOUNT, region: EU, kind: 'denied', name: 'AccessDenied', message: expect.stringContaining(denied) },
    ]);
    // Delivered ten minutes after midnight, it may hold events of both days.
    expect(await wholeDays(store)).toEqual({
      [`${ACCOUNT} 2026-10-01`]: false,
      [`${ACCOUNT} 2026-10-02`]: false,
      [`${ACCOUNT} 2026-10-03`]: true,
      [`${OTHER} 2026-10-02`]: true,
    });
    const [{ body } = {}] = (await answersOf(store)).bodies[1] ?? [];
    expect(body).toMatchObject({ failed: [{ account: ACCOUNT, region: EU, service: 'cloudtrail-events' }] });

    expect(await look(store, bucket, { at: '2026-10-04T01:00:00.000Z' })).toMatchObject({ runs: [], entries: 0 });
    isDenied = false;
    // The day is tried again although it is far behind the look-back by now.
    expect(await look(store, bucket, { at: '2026-10-30T00:00:00.000Z' })).toMatchObject({ events: 0, failures: [] });
    expect(Object.values(await wholeDays(store))).toEqual([true, true, true, true]);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('never calls a day whole of which a file is broken', async () => {
    const store = storeOf();
    const bucket = memoryTrail(new Map([...FILES, [key(3, 'broken'), Buffer.from('{"Records": [')]]));
    expect(await look(store, bucket)).toMatchObject({ malformed: 1 });
    await look(store, bucket, { at: '2026-10-05T00:00:00.000Z' });
    expect(await wholeDays(store)).toMatchObject({ [`${ACCOUNT} 2026-10-02`]: true, [`${ACCOUNT} 2026-10-03`]: false });
  });

  it('says for the accounts that were asked for that their days are open where nothing can be listed', async () => {
    const store = storeOf();
    const bucket = memoryTrail(FILES, (operation) => {
      throw refusal(operation, 'denied', 'AccessDenied');
    });
    const result = await look(store, bucket, { accounts: [ACCOUNT] });
    expect(result).toMatchObject({ files: 0, failures: [{ account: ACCOUNT, operation: 's3:ListObjectsV2' }] });
    expect(new Set(Object.values(await wholeDays(store)))).toEqual(new Set([false]));
    await expect(look(store, bucket)).rejects.toThrow('AccessDenied');
  });

  it('ends early, says so, and goes on from the ledger alone', async () => {
    const disk = emptyDisk();
    const bucket = memoryTrail(FILES);
    const first = await look(storeOf(disk), bucket, { isOver: () => true });
    expect(first).toMatchObject({ files: 1, more: true });
    // The first file of the first region was read, and the day is not called whole for that.
    expect(await wholeDays(await opened(disk))).toEqual({ [`${ACCOUNT} 2026-10-01`]: false });
    let rounds = 1;
    for (let more = true; more; rounds += 1) {
      let left = 2;
      ({ more } = await look(storeOf(disk), bucket, {
        at: `2026-10-04T00:0${rounds}:00.000Z`,
        isOver: () => --left < 0,
      }));
      if (rounds > 8) break;
    }
    await look(storeOf(disk), bucket, { at: '2026-10-04T01:00:00.000Z' });
    const whole = storeOf();
    await look(whole, memoryTrail(FILES));
    const split = storeOf(disk);
    await look(split, bucket, { at: '2026-10-04T02:00:00.000Z' });
    expect(await saidBy(split)).toEqual(await saidBy(whole));
  });

  it('gives the same evidence and populations whatever the order of delivery and the number of looks', async () => {
    const reference = storeOf();
    await look(reference, memoryTrail(FILES));
    const expected = await saidBy(reference);
    const keys = [...FILES.keys()];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(keys, { minLength: keys.length }),
        fc.array(fc.record({ arrive: fc.integer({ min: 0, max: 5 }), steps: fc.integer({ min: 0, max: 6 }) }), {
          maxLength: 5,
        }),
        async (order, looks) => {
          const disk = emptyDisk();
          const bucket = memoryTrail(new Map());
          const rest = [...order];
          for (const [nth, { arrive, steps }] of looks.entries()) {
            for (const it of rest.splice(0, arrive)) bucket.files.set(it, FILES.get(it) ?? new Uint8Array());
            let left = steps;
            await look(storeOf(disk), bucket, { at: `2026-10-04T00:00:0${nth}.000Z`, isOver: () => --left < 0 });
          }
          for (const it of rest) bucket.files.set(it, FILES.get(it) ?? new Uint8Array());
          await look(storeOf(disk), bucket, { at: '2026-10-04T01:00:00.000Z' });
          const store = storeOf(disk);
          await look(store, bucket, { at: '2026-10-04T02:00:00.000Z' });
          expect(await saidBy(store)).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('whatever S3 call fails, once or for ever, claims no more than it read, and is mended by a later look', async () => {
    const reference = storeOf();
    await look(reference, memoryTrail(FILES));
    const expected = await saidBy(reference);
    const steps: string[] = [];
    await look(
      storeOf(),
      memoryTrail(FILES, (operation, at) => void steps.push(`${operation} ${at}`)),
      {
        accounts: [ACCOUNT, OTHER],
      },
    );
    expect(steps.length).toBeGreaterThan(10);
    for (const [nth, step] of steps.entries()) {
      for (const isForEver of [false, true]) {
        const disk = emptyDisk();
        let count = -1;
        const fault: TrailFault = (operation) => {
          count += 1;
          if (count === nth || (isForEver && count > nth)) throw refusal(operation, 'server', 'InternalError');
        };
        const result = await look(storeOf(disk), memoryTrail(FILES, fault), { accounts: [ACCOUNT, OTHER] });
        expect(result.failures.length, step).toBeGreaterThan(0);
        const broken = await wholeDays(await opened(disk));
        expect(Object.values(broken), step).toContain(false);
        const store = storeOf(disk);
        await look(store, memoryTrail(FILES), { at: '2026-10-04T01:00:00.000Z', accounts: [ACCOUNT, OTHER] });
        const mended = await saidBy(store);
        expect({ ...mended, whole: undefined }, step).toEqual({ ...expected, whole: undefined });
        expect(Object.values(mended.whole), step).not.toContain(false);
      }
    }
  });
});

/** A store on this disk whose index is up to date. */
async function opened(disk: ReturnType<typeof emptyDisk>): Promise<Store> {
  const store = storeOf(disk);
  await ingest(store, { files: (async function* () {})(), catalogue: CATALOGUE, at: '2026-10-04T00:30:00.000Z' });
  return store;
}

const DATA = '../shared/data/cloudtrail/invictus-ir-aws_dataset';
const why = existsSync(DATA) ? '' : ` (skipped: there is no ${DATA})`;

describe.skipIf(why !== '')(`CloudTrail files from the wild, delivered to a bucket${why}`, () => {
  it('give what they give from a folder', async () => {
    const catalogue = await loadCatalogueFiles();
    const at = '2026-10-05T00:00:00.000Z';
    const folder = storeOf();
    const whole = await ingest(folder, { files: localTrailFiles([DATA]), catalogue, at });
    const files = new Map<string, Uint8Array>();
    for await (const { bytes } of localTrailFiles([DATA])) {
      const [first] = JSON.parse(Buffer.from(bytes).toString('utf8')).Records;
      const { recipientAccountId: account, awsRegion: region, eventTime } = first;
      files.set(deliveredKey(account, region, eventTime.slice(0, 16), String(files.size)), Buffer.from(bytes));
    }
    const store = storeOf();
    const result = await ingest(store, {
      files: (known) => trailItems(memoryTrail(files), { prefix: '', lookBackDays: 7, since: '2020-01-01' }, known),
      catalogue,
      at,
    });
    expect(result).toMatchObject({ files: whole.files, events: whole.events, matched: whole.matched, failures: [] });
    const [fromBucket, fromFolder] = [await saidBy(store), await saidBy(folder)];
    expect({ ...fromBucket, whole: {} }).toEqual({ ...fromFolder, whole: {} });
  });
});
