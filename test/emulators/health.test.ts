import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { auditedAwsStore } from '../../src/adapters/aws/store/audited-store.ts';
import { type InitAwsStoreOptions, initAwsStore } from '../../src/adapters/aws/store/init-store.ts';
import { awsTrustFiles, openAwsStore, storeMeasures } from '../../src/adapters/aws/store/store.ts';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { collect } from '../../src/app/collect.ts';
import { keepHealth, measureHealth, newestHealth } from '../../src/app/health/measure.ts';
import { selfAudit } from '../../src/app/self-audit.ts';
import { sealTrust } from '../../src/app/trust.ts';
import { request } from '../app/demo.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { ministackKms, startMinistack } from './support/ministack.ts';
import { makeStoreKeys } from './support/store-keys.ts';
import { startVersitygw, versityClient } from './support/versitygw.ts';

// S3 is versitygw, which is strict; KMS is ministack's.
const versitygw = await forThisFile(startVersitygw());
const ministack = await forThisFile(startMinistack());
const s3 = versityClient(versitygw);
const kms = ministackKms(ministack);
afterAll(() => {
  s3.destroy();
  kms.destroy();
});
await makeStoreKeys(kms);

const NOW = '2026-10-03T02:00:00.000Z';
const software = 'test 1';
const options: InitAwsStoreOptions = {
  ...{ bucket: await newBucket(s3, { lock: true }), notaryBucket: await newBucket(s3), prefix: 'prod/', s3, kms },
  ...{ clock: fixedClock(NOW), organisation: 'Example Health', origin: 'example.com/health' },
  checkpointKey: 'alias/witnessmark-checkpoint',
  documentKey: 'alias/witnessmark-document',
  rootKey: 'alias/witnessmark-root',
  secretKey: 'alias/witnessmark-secret',
  retention: { mode: 'GOVERNANCE', days: 1 },
};
await initAwsStore(options);
const opened = (now = NOW) => openAwsStore({ ...options, clock: fixedClock(now), software });

async function statesNow() {
  const health = await measureHealth({
    ...storeMeasures(options),
    ...{ store: await opened(), watches: true, timer: () => performance.now(), days: 7 },
    replay: { newIndex: () => sqliteIndex(':memory:'), wholeMost: 1_000 },
  });
  return { health, states: Object.fromEntries(health.slis.map((it) => [it.id, it.state])) };
}

const audit = async (covers: 'whole' | 'new', now: string) =>
  selfAudit(await opened(now), { audited: await auditedAwsStore(options), covers });

// One after another: each step stands on the one before.
describe('the health of a store in S3', () => {
  it('is met where it can be known', async () => {
    const store = await opened();
    await sealTrust(store, await awsTrustFiles(options));
    for (const day of [1, 2]) await collect(store, request(day, { boxes: { a: { locked: true } } }));
    const { record, notSealed } = await audit('whole', '2026-10-02T03:00:00.000Z');
    expect([record.ok, notSealed]).toEqual([true, undefined]);
    const { health, states } = await statesNow();
    const met = Object.fromEntries(health.slis.slice(1).map((it) => [it.id, 'met']));
    expect(states, JSON.stringify(health.slis)).toEqual({ M1: 'unknown', ...met });
    expect(health.slis.find((it) => it.id === 'M6')?.details).toMatchObject({ rule: { from: 'store', days: 1 } });
    await keepHealth(store, health);
    expect(await newestHealth(store)).toEqual(health);
  });

  it('goes on from the audit that the ledger proves', async () => {
    const { record } = await audit('new', '2026-10-02T04:00:00.000Z');
    expect(record).toMatchObject({ ok: true, covered: 'log_and_new' });
    // Of the old entries, the one that seals trusted files was followed, and of the new ones the audit.
    expect(record.counts.bodies).toBe(record.size - record.from + 1);
  });

  it('is missed once a tile was hidden, and an audit said so in the ledger', async () => {
    await s3.send(new DeleteObjectCommand({ Bucket: options.bucket, Key: 'prod/batch/0000000000000000' }));
    const { record, notSealed } = await audit('new', '2026-10-02T05:00:00.000Z');
    expect(record.ok).toBe(false);
    expect(JSON.stringify(record.findings)).toContain('batch/0000000000000000');
    if (notSealed !== undefined) throw new Error(`${notSealed.code}: ${notSealed.message}`);
    const { states } = await statesNow();
    expect(states).toMatchObject({ M7: 'missed' });
  });
});
