import { PutObjectCommand, PutObjectLegalHoldCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { s3Inventory } from '../../src/adapters/aws/s3/inventory.ts';
import { s3Objects } from '../../src/adapters/aws/s3/objects.ts';
import { s3Retention } from '../../src/adapters/aws/s3/retention.ts';
import { spanOf } from '../../src/app/health/measured.ts';
import { retentionCompliance } from '../../src/app/health/retention.ts';
import { survey } from '../../src/app/health/survey.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { startVersitygw, versityClient } from './support/versitygw.ts';

const versitygw = await forThisFile(startVersitygw());
const client = versityClient(versitygw);
const bytes = (text: string) => Buffer.from(text);
const prefix = 'prod/';
const DAY_MS = 86_400_000;

const placeOf = (bucket: string) => ({ client, bucket, maxBytes: 0, refuseDeleted: true });

async function world(days: number) {
  const bucket = await newBucket(client, { lock: true });
  const retention = { mode: 'GOVERNANCE', days } as const;
  const objects = s3Objects({ client, bucket, prefix, retention });
  for (const key of ['batch/0000000000000000', 'evidence/a', 'retrievals/b', 'tile/0/000']) {
    await objects.create(key, bytes(key));
  }
  await objects.replace('checkpoint', bytes('1'), undefined);
  return { bucket, objects, retention };
}

/** The measurement over the bucket as it is. */
async function measured(bucket: string, asked?: Awaited<ReturnType<typeof world>>['retention']) {
  const span = spanOf(new Date(Date.now() + 60_000).toISOString(), 2);
  const seen = await survey(s3Inventory(placeOf(bucket), prefix), span);
  return {
    seen,
    result: await retentionCompliance(seen, s3Retention(placeOf(bucket), { prefix, ...(asked ? { asked } : {}) })),
  };
}

describe('retention of objects in S3', () => {
  it('is complied with by what the store has written, by its rule', async () => {
    const { bucket, retention } = await world(30);
    const { seen, result } = await measured(bucket, retention);
    expect(seen.total.objects).toBe(5);
    expect(seen.sample.map((it) => it.key)).not.toContain('checkpoint');
    expect(seen.batches).toHaveLength(1);
    expect(Math.abs(Date.parse(seen.batches[0]?.storedAt ?? '') - Date.now())).toBeLessThan(60_000);
    expect(result).toMatchObject({ value: 100, details: { sampled: 4 } });
  });

  it('is not by an object with a shorter one, or with none', async () => {
    const { bucket, retention } = await world(30);
    const put = { Bucket: bucket, Body: 'x', ObjectLockMode: 'GOVERNANCE' } as const;
    const soon = new Date(Date.now() + 10 * DAY_MS);
    await client.send(
      new PutObjectCommand({ ...put, Key: `${prefix}evidence/short`, ObjectLockRetainUntilDate: soon }),
    );
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}evidence/none`, Body: 'x' }));
    const { result } = await measured(bucket, retention);
    expect(result).toMatchObject({ details: { sampled: 6, short: 2 } });
    expect('value' in result ? result.value : undefined).toBeCloseTo(66.67, 1);
    const said = JSON.stringify(result);
    expect(said).toContain('evidence/none: no retention');
    expect(said).toContain('evidence/short: kept until');
  });

  it('is by one under legal hold', async () => {
    const { bucket, retention } = await world(30);
    const named = { Bucket: bucket, Key: `${prefix}evidence/held` };
    await client.send(new PutObjectCommand({ ...named, Body: 'x' }));
    await client.send(new PutObjectLegalHoldCommand({ ...named, LegalHold: { Status: 'ON' } }));
    expect((await measured(bucket, retention)).result).toMatchObject({ value: 100, details: { sampled: 5 } });
  });

  it('goes by the default of the bucket where the store asks for nothing, and is missed where there is none', async () => {
    const { bucket } = await world(30);
    expect((await measured(bucket)).result).toMatchObject({ value: 0, details: { rule: null } });
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: 7 } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } as const;
    await client.send(new PutObjectLockConfigurationCommand({ Bucket: bucket, ObjectLockConfiguration }));
    // Long enough, and weaker than the bucket says.
    expect((await measured(bucket)).result).toMatchObject({ value: 0, details: { rule: { days: 7, from: 'bucket' } } });
  });

  it('has no rule where the bucket has no lock, and says so where there is no bucket', async () => {
    const bucket = await newBucket(client);
    const rule = s3Retention(placeOf(bucket)).rule();
    expect(await rule).toBeUndefined();
    const nobody = s3Retention(placeOf('nobody-made-this'));
    await expect(nobody.rule()).rejects.toThrow(expect.objectContaining({ code: 'objects-no-bucket' }));
    expect(await s3Retention(placeOf(bucket)).of('absent')).toBeUndefined();
  });
});
