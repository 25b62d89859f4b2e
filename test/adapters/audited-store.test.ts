import { generateKeyPairSync } from 'node:crypto';
import { GenerateMacCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { auditDeployed } from '../../src/adapters/aws/deployed/health.ts';
import { auditedAwsStore } from '../../src/adapters/aws/store/audited-store.ts';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { formatVkeys, verifierKeyOf } from '../../src/ledger/note.ts';

// What KMS and S3 do themselves is tested against emulators of them; here is what KMS may refuse an audit.
const kms = mockClient(KMSClient);
const s3 = mockClient(S3Client);

const ORIGIN = 'example.com/audit';
const spki = () => generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
const [IN_STORE, IN_KMS] = [verifierKeyOf(ORIGIN, spki()), spki()];
const ADDRESS = 's3://evidence/?region=eu-west-1';
const location = parseStoreLocation(ADDRESS);
const STORE_FILE = JSON.stringify({ v: 1, origin: ORIGIN, organisation: 'Example Health' });
const answer = {
  KeyId: 'arn:k',
  KeySpec: 'ECC_NIST_EDWARDS25519',
  KeyUsage: 'SIGN_VERIFY',
  PublicKey: IN_KMS,
} as const;
const error = (name: string, status: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status, attempts: 1 } });
const DENIED = error('AccessDeniedException', 400);
const holds = (Key: string, bytes: Uint8Array) =>
  s3.on(GetObjectCommand, { Bucket: 'evidence', Key }).callsFake(async () => ({ Body: [bytes], ETag: '"e"' }));

beforeEach(() => {
  kms.reset();
  s3.reset();
  s3.on(GetObjectCommand).rejects(error('NoSuchKey', 404));
  s3.on(ListObjectsV2Command).resolves({ KeyCount: 0, IsTruncated: false });
  holds('store.json', Buffer.from(STORE_FILE));
  holds('trust/checkpoint.vkey', formatVkeys([IN_STORE]));
});

const unconfirmed = (severity: string, message: string) =>
  expect.objectContaining({
    ...{ code: 'ledger-key-unconfirmed', severity, object: 'trust/checkpoint.vkey' },
    message: expect.stringContaining(message),
  });

describe('the keys that an audit of a store in AWS trusts', () => {
  it('are that of KMS and those of the store, and there is nothing to say', async () => {
    kms.on(GetPublicKeyCommand).resolves(answer);
    const { verifierKeys, found } = await auditedAwsStore(location);
    expect([verifierKeys, found]).toEqual([[verifierKeyOf(ORIGIN, IN_KMS).vkey, IN_STORE.vkey], []]);
  });

  it('are those of the store alone where KMS refuses, which the audit says', async () => {
    kms.on(GetPublicKeyCommand).rejects(DENIED);
    const audited = await auditedAwsStore(location);
    expect(audited.verifierKeys).toEqual([IN_STORE.vkey]);
    const { findings } = await auditLedger(audited);
    expect(findings).toContainEqual(unconfirmed('warning', 'kms:GetPublicKey'));
  });

  it('are those of the store alone where its file is damaged, which the audit says', async () => {
    holds('store.json', Buffer.from('{'));
    const { verifierKeys, found } = await auditedAwsStore(location);
    expect(verifierKeys).toEqual([IN_STORE.vkey]);
    expect(found).toEqual([unconfirmed('warning', 'store.json')]);
  });

  it('are those that were given, and KMS is not asked', async () => {
    const { verifierKeys, found } = await auditedAwsStore(location, [IN_STORE.vkey]);
    expect([verifierKeys, found]).toEqual([[IN_STORE.vkey], []]);
    expect(kms.commandCalls(GetPublicKeyCommand)).toEqual([]);
  });

  it('are no matter for any other failure of KMS, which ends it', async () => {
    kms.on(GetPublicKeyCommand).rejects(error('NotFoundException', 400));
    await expect(auditedAwsStore(location)).rejects.toMatchObject({ code: 'kms-key-missing' });
  });
});

it('fails the audit of a deployment, whose role may ask KMS', async () => {
  kms.on(GetPublicKeyCommand).rejects(DENIED);
  kms.on(GenerateMacCommand).rejects(DENIED);
  const { result } = await auditDeployed({ WITNESSMARK_STORE: ADDRESS, WITNESSMARK_NOTARY: 'notary' }, 'new');
  expect(result.ok).toBe(false);
  expect(result.findings).toContainEqual(unconfirmed('error', 'kms:GetPublicKey'));
});
