import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UpdateAliasCommand } from '@aws-sdk/client-kms';
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { auditedAwsStore } from '../../src/adapters/aws/store/audited-store.ts';
import { type InitAwsStoreOptions, initAwsStore } from '../../src/adapters/aws/store/init-store.ts';
import { awsTrustFiles, openAwsStore } from '../../src/adapters/aws/store/store.ts';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { collect } from '../../src/app/collect.ts';
import { replay } from '../../src/app/replay.ts';
import { sealTrust } from '../../src/app/trust.ts';
import { type AuditResult, auditLedger } from '../../src/ledger/audit.ts';
import { on, request } from '../app/demo.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { ministackKms, startMinistack } from './support/ministack.ts';
import { awsEnv } from './support/moto.ts';
import { type RunOptions, scratch, witnessmark, witnessmarkJson } from './support/run.ts';
import { smallStore } from './support/small-store.ts';
import { makeKey, makeStoreKeys } from './support/store-keys.ts';
import { startVersitygw, VERSITY_KEY, versityClient } from './support/versitygw.ts';

// S3 is versitygw, which is strict; KMS is ministack's.
const versitygw = await forThisFile(startVersitygw());
const ministack = await forThisFile(startMinistack());
const s3 = versityClient(versitygw);
const kms = ministackKms(ministack);
const folder = await scratch('aws-store');
afterAll(async () => {
  s3.destroy();
  kms.destroy();
  await rm(folder, { recursive: true, force: true });
});
await makeStoreKeys(kms);

const NAMES = { organisation: 'Example Health', origin: 'example.com/audit' };
const clock = fixedClock('2026-11-01T00:00:00.000Z');
const software = 'test 1';
const coded = (code: string) => expect.objectContaining({ name: 'WitnessmarkError', code });

/** A new bucket with Object Lock and one for the notary. */
async function newStore(): Promise<InitAwsStoreOptions> {
  const [bucket, notaryBucket] = [await newBucket(s3, { lock: true }), await newBucket(s3)];
  return {
    ...{ bucket, notaryBucket, prefix: 'prod/', s3, kms, clock, ...NAMES },
    checkpointKey: 'alias/witnessmark-checkpoint',
    documentKey: 'alias/witnessmark-document',
    rootKey: 'alias/witnessmark-root',
    secretKey: 'alias/witnessmark-secret',
    retention: { mode: 'COMPLIANCE', days: 1 },
  };
}
const opened = (options: InitAwsStoreOptions) => openAwsStore({ ...options, clock, software });
const audited = async (options: InitAwsStoreOptions) => auditLedger(await auditedAwsStore(options));

describe('making a store in AWS', () => {
  it('is done once, and by nobody over a ledger or a notary that lost its store', async () => {
    const options = await newStore();
    await expect(opened(options)).rejects.toThrow(coded('store-missing'));
    await expect(auditedAwsStore(options)).rejects.toThrow(coded('store-missing'));
    await initAwsStore(options);
    await expect(initAwsStore(options)).rejects.toThrow(coded('store-exists'));
    const store = await opened(options);
    expect([store.origin, store.verifierKeys.length]).toEqual([NAMES.origin, 1]);
    await sealTrust(store, await awsTrustFiles(options));
    const elsewhere = { ...options, prefix: 'other/' };
    await expect(initAwsStore(elsewhere)).rejects.toThrow(coded('store-invalid'));
    const { notaryBucket } = await newStore();
    await initAwsStore({ ...elsewhere, notaryBucket, origin: 'example.com/other' });
    await s3.send(new DeleteObjectCommand({ Bucket: options.bucket, Key: 'prod/store.json' }));
    await expect(initAwsStore(options)).rejects.toThrow(coded('objects-deleted'));
    await expect(opened(options)).rejects.toThrow(coded('objects-deleted'));
  });

  it.each([
    ['is refused', 1],
    ['is refused', 2],
    ['is refused', 3],
    ['is refused', 4],
    ['loses its answer', 1],
    ['loses its answer', 2],
    ['loses its answer', 3],
  ] as const)('can be repeated after a write that %s, the %i. of four', async (how, nth) => {
    const options = await newStore();
    const failing = failingAt(nth, how);
    await expect(initAwsStore({ ...options, s3: failing })).rejects.toThrow(coded('objects-unavailable'));
    failing.destroy();
    // Another day and without a name: both are those of the first try.
    const { origin: _origin, ...unnamed } = options;
    const later = fixedClock('2026-11-05T00:00:00.000Z');
    await initAwsStore({ ...(nth === 1 && how === 'is refused' ? options : unnamed), clock: later });
    const store = await opened(options);
    await sealTrust(store, await awsTrustFiles(options));
    expect(await audited(options)).toMatchObject({ ok: true, findings: [] });
  });

  it('is not finished with other names or keys than it was begun with', async () => {
    const options = await newStore();
    const failing = failingAt(4, 'is refused');
    await expect(initAwsStore({ ...options, s3: failing })).rejects.toThrow(coded('objects-unavailable'));
    failing.destroy();
    const differs = coded('store-init-differs');
    await expect(initAwsStore({ ...options, origin: 'example.com/second' })).rejects.toThrow(differs);
    await expect(initAwsStore({ ...options, organisation: 'Somebody else' })).rejects.toThrow(differs);
    const documentKey = await makeKey(kms, 'document');
    await expect(initAwsStore({ ...options, documentKey })).rejects.toThrow(differs);
    await initAwsStore(options);
    expect((await opened(options)).origin).toBe(NAMES.origin);
  });

  it('writes nothing under a name or with a key that cannot be used', async () => {
    const options = await newStore();
    await expect(initAwsStore({ ...options, origin: 'Not A Name' })).rejects.toThrow(coded('store-name'));
    const secretKey = 'alias/witnessmark-root';
    await expect(initAwsStore({ ...options, secretKey })).rejects.toThrow(coded('kms-wrong-usage'));
    const rootKey = 'alias/witnessmark-checkpoint';
    await expect(initAwsStore({ ...options, rootKey })).rejects.toThrow(coded('kms-wrong-spec'));
    const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: options.bucket }));
    expect(KeyCount).toBe(0);
  });
});

describe('a store in AWS', () => {
  it.each([
    ['checkpoint', 'kms-key-changed'],
    ['document', 'kms-key-changed'],
    ['secret', 'store-secret-changed'],
  ] as const)('is not opened once the alias of the %s key names another one', async (purpose, code) => {
    const alias = `alias/moved-${purpose}`;
    const first = await makeKey(kms, purpose, alias);
    const options = { ...(await newStore()), [`${purpose}Key`]: alias };
    await initAwsStore(options);
    const TargetKeyId = await makeKey(kms, purpose);
    await kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId }));
    await expect(opened(options)).rejects.toThrow(coded(code));
    await kms.send(new UpdateAliasCommand({ AliasName: alias, TargetKeyId: first }));
    expect((await opened(options)).origin).toBe(NAMES.origin);
  });

  it('holds what writers at the same time seal, and gives the same again from the ledger alone', async () => {
    const options = await newStore();
    await initAwsStore(options);
    await sealTrust(await opened(options), await awsTrustFiles(options));
    const boxes = { a: { locked: true }, b: { locked: false } };
    const writers = await Promise.all([1, 2, 3].map(() => opened(options)));
    await Promise.all(writers.map((store, at) => collect(store, request(at + 1, { boxes }))));
    const store = await opened(options);
    const entries = await replay(store);
    const runs = await Array.fromAsync(store.index.bodies('run'));
    expect(runs.map((it) => it.body.at).sort()).toEqual([on(1), on(2), on(3)]);
    expect(await audited(options)).toMatchObject({ ok: true, findings: [], counts: { entries } });
  });
});

describe('the command line with a store in AWS', () => {
  const env: RunOptions['env'] = {
    ...awsEnv(versitygw.endpoint, VERSITY_KEY),
    AWS_ENDPOINT_URL_KMS: ministack.endpoint,
  };
  const audit = async (store: string, code: number) =>
    (await witnessmarkJson<AuditResult>(['audit', '--store', store], { env, expected: [code] }))[0];

  it('goes the whole way, and names what was altered or deleted behind its back', async () => {
    const { bucket, notaryBucket } = await newStore();
    const store = `s3://${bucket}/prod?notary=${notaryBucket}&lock-mode=COMPLIANCE&lock-days=1`;
    const missing = await witnessmark(['collect', '--store', store, '--from', 'demo/recording'], { env });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('[store-missing]')]);
    const init = ['init', '--store', store, '--organisation', NAMES.organisation, '--origin', NAMES.origin];
    const [made] = await witnessmarkJson<{ verifierKey: string }>(init, { env });
    const { pack, framework } = await smallStore(folder, { store, env });

    const verified = await witnessmark(['verify', pack, '--key', made?.verifierKey ?? ''], { env });
    expect([verified.code, verified.stderr]).toEqual([0, expect.anything()]);
    const clean = await audit(store, 0);
    expect(clean).toMatchObject({ ok: true, findings: [] });
    const [replayed] = await witnessmarkJson<{ entries: number }>(['replay', '--store', store], { env });
    expect(replayed?.entries).toBe(clean?.counts.entries);
    expect((await witnessmarkJson(['evidence', 'list', '--store', store], { env })).length).toBeGreaterThan(0);
    const assess = ['assess', '--store', store, '--framework', framework];
    expect(await witnessmarkJson(assess, { env, expected: [0, 3] })).toHaveLength(1);

    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'prod/evidence/' }));
    const [altered = '', deleted = ''] = Contents.map((it) => it.Key ?? '');
    const put = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: altered, Body: 'something else' }));
    const gone = await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: deleted }));
    const found = await audit(store, 1);
    const objects = new Set(found?.findings.filter((it) => it.severity === 'error').map((it) => it.object));
    expect(objects).toEqual(new Set([altered, deleted].map((it) => it.slice('prod/'.length))));
    expect(found?.findings.map((it) => it.message).join()).toContain('was deleted behind the back of the store');

    // What Object Lock kept is there again once what hides it is taken away.
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: altered, VersionId: put.VersionId }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: deleted, VersionId: gone.VersionId }));
    expect(await audit(store, 0)).toEqual(clean);
    expect(join(folder, 'pack')).toBe(pack);
  });
});

/** A client whose nth write never arrives, or arrives and is not answered. */
function failingAt(nth: number, how: 'is refused' | 'loses its answer'): S3Client {
  const client = versityClient(versitygw);
  let writes = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'PutObjectCommand') return next(args);
      writes += 1;
      if (writes < nth) return next(args);
      if (how === 'loses its answer') await next(args);
      throw Object.assign(new Error('cut'), { name: 'TimeoutError' });
    },
    { step: 'initialize' },
  );
  return client;
}
