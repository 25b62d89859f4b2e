import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { auditedAwsStore } from '../../src/adapters/aws/store/audited-store.ts';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { openCheckpoint } from '../../src/ledger/checkpoint.ts';
import { verifierKeyOf } from '../../src/ledger/note.ts';
import {
  ACCOUNT,
  ended,
  indexOf,
  invoke,
  makeStore,
  outputs,
  REGION,
  runMachine,
  s3,
  scheduled,
  stepsOf,
} from './stack.ts';

const BAD = 'seeded-without-tls';
beforeAll(async () => {
  const made = await makeStore();
  expect(made).toMatchObject({ ok: true, origin: `${ACCOUNT}.witnessmark.local/${REGION}/test` });
  await s3.send(
    new CreateBucketCommand({ Bucket: BAD, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  await new KMSClient({}).send(new CreateKeyCommand({ Description: 'seeded without rotation' }));
});

describe('a run of the deployed stack', () => {
  it('is started by the schedule', async () => {
    const steps = stepsOf(await ended(await scheduled()));
    expect(steps.plan.step).toMatchObject({ ok: true, tasks: 3, done: false });
    expect(steps.sealed.step).toMatchObject({ ok: true, expected: 3, known: false });
  });

  it('is started by hand, and finds what was seeded', async () => {
    const steps = stepsOf(await runMachine({}));
    const { run } = steps.plan.step;
    expect(steps.sealed.step).toMatchObject({ ok: true, run, expected: 3 });
    expect(steps.assessed.step.assessed.map((it) => it.framework).sort()).toEqual([
      'hipaa-security-rule',
      'pci-dss-4.0.1',
      'soc2-2017',
    ]);
    const index = await indexOf();
    const states = await index.current('check:s3-bucket-tls-only', ACCOUNT, 'global');
    expect(states.get(`arn:aws:s3:::${BAD}`)?.evidence.outcome).toBe('non_compliant');
  });

  it('puts evidence into DynamoDB with the hashes that the ledger seals', async () => {
    const index = await indexOf();
    let rows = 0;
    for await (const { index: entry, hash, evidence } of index.evidence({ account: ACCOUNT })) {
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(await index.evidenceAt(entry)).toEqual(evidence);
      rows += 1;
    }
    expect(rows).toBeGreaterThan(50);
  });

  it('has a checkpoint that verifies with the public key in KMS, and a ledger that an audit finds whole', async () => {
    const location = parseStoreLocation((await outputs()).StoreAddress ?? '');
    const { PublicKey } = await new KMSClient({}).send(new GetPublicKeyCommand({ KeyId: location.checkpointKey }));
    const key = verifierKeyOf(`${ACCOUNT}.witnessmark.local/${REGION}/test`, PublicKey ?? new Uint8Array());
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: location.bucket, Key: 'checkpoint' }));
    const checkpoint = openCheckpoint((await Body?.transformToByteArray()) ?? new Uint8Array(), [key]);
    expect(checkpoint.size).toBeGreaterThan(50);

    const audited = await auditLedger(await auditedAwsStore(location, [key.vkey]));
    expect(audited.findings).toEqual([]);
    expect(audited).toMatchObject({ ok: true, size: checkpoint.size });
  });

  it('tells the same when it is told again', async () => {
    const again = await invoke('update-index', {});
    expect(again).toMatchObject({ ok: true, indexed: 0, more: false });
  });
});
