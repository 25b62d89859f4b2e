import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { afterAll, describe, expect, it } from 'vitest';
import { kmsSecret } from '../../src/adapters/aws/kms/secret.ts';
import { kmsSigner } from '../../src/adapters/aws/kms/signer.ts';
import type { Signer } from '../../src/ports/signer.ts';
import { signerSuite } from '../ports/signer.suite.ts';
import { forThisFile } from './support/for-this-file.ts';
import { MINISTACK_KEY, ministackKms, startMinistack } from './support/ministack.ts';
import { REGION } from './support/moto.ts';

const ministack = await forThisFile(startMinistack());
const client = ministackKms(ministack);
afterAll(() => client.destroy());

const RSA = 'RSASSA_PKCS1_V1_5_SHA_256';
const MESSAGE = Buffer.from('message');
const coded = (code: string) => expect.objectContaining({ name: 'WitnessmarkError', code });

async function newKey(spec: KeySpec, usage: KeyUsageType = 'SIGN_VERIFY'): Promise<string> {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec: spec, KeyUsage: usage }));
  return KeyMetadata?.KeyId ?? '';
}
const ed25519 = await newKey('ECC_NIST_EDWARDS25519');
const rsa = await newKey('RSA_3072');
const hmac = await newKey('HMAC_256', 'GENERATE_VERIFY_MAC');

signerSuite('KMS with ECC_NIST_EDWARDS25519', 'Ed25519', {
  open: () => kmsSigner({ keyId: ed25519, algorithm: 'Ed25519', client }),
});
signerSuite('KMS with RSA_3072', RSA, { open: () => kmsSigner({ keyId: rsa, algorithm: RSA, client }) });

const UNFIT: readonly (readonly [string, Signer['algorithm'], () => Promise<string>, string])[] = [
  ['of another spec', 'Ed25519', () => newKey('RSA_3072'), 'kms-wrong-spec'],
  ['of another spec for documents', RSA, () => newKey('ECC_NIST_EDWARDS25519'), 'kms-wrong-spec'],
  ['that is too short', RSA, () => newKey('RSA_2048'), 'kms-wrong-spec'],
  ['that encrypts', RSA, () => newKey('RSA_3072', 'ENCRYPT_DECRYPT'), 'kms-wrong-usage'],
  ['that is symmetric', RSA, () => newKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'), 'kms-wrong-usage'],
  ['that makes MACs', RSA, () => newKey('HMAC_256', 'GENERATE_VERIFY_MAC'), 'kms-wrong-usage'],
  ['that is not there', RSA, async () => '11111111-2222-4333-8444-555555555555', 'kms-key-missing'],
  ['of an alias that is not there', RSA, async () => 'alias/none', 'kms-key-missing'],
];

describe('a key in KMS', () => {
  it('signs documents of any length, and no note above the limit of KMS', async () => {
    const long = Buffer.alloc(4097, 1);
    const document = await kmsSigner({ keyId: rsa, algorithm: RSA, client });
    expect((await document.sign(long)).length).toBe(384);
    const checkpoint = await kmsSigner({ keyId: ed25519, algorithm: 'Ed25519', client });
    await expect(checkpoint.sign(long)).rejects.toThrow(coded('kms-message-too-large'));
  });

  it.each(UNFIT)('%s is refused when it is opened', async (_, algorithm, key, code) => {
    await expect(kmsSigner({ keyId: await key(), algorithm, client })).rejects.toThrow(coded(code));
  });

  it.each([
    ['disabled', (KeyId: string) => client.send(new DisableKeyCommand({ KeyId })), 'kms-key-disabled'],
    ['being deleted', (KeyId: string) => client.send(new ScheduleKeyDeletionCommand({ KeyId })), 'kms-key-unusable'],
  ] as const)('that is %s signs nothing, and says so', async (_, change, code) => {
    const keyId = await newKey('ECC_NIST_EDWARDS25519');
    const signer = await kmsSigner({ keyId, algorithm: 'Ed25519', client });
    await change(keyId);
    await expect(signer.sign(MESSAGE)).rejects.toThrow(coded(code));
  });

  it('is not in another region, and not at an endpoint where nobody answers', async () => {
    const elsewhere = ministackKms(ministack, 'us-east-2');
    const missing = kmsSigner({ keyId: rsa, algorithm: RSA, client: elsewhere });
    await expect(missing).rejects.toThrow(coded('kms-key-missing'));
    const nobody = new KMSClient({
      endpoint: 'http://127.0.0.1:1',
      region: REGION,
      credentials: MINISTACK_KEY,
      maxAttempts: 1,
    });
    await expect(kmsSigner({ keyId: rsa, algorithm: RSA, client: nobody })).rejects.toThrow(coded('kms-unavailable'));
    for (const it of [elsewhere, nobody]) it.destroy();
  });

  it('behind an alias is resolved once, and another one in its place is refused', async () => {
    const [AliasName, first, second] = ['alias/checkpoint', await newKey('RSA_3072'), await newKey('RSA_3072')];
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: first }));
    const signer = await kmsSigner({ keyId: AliasName, algorithm: RSA, client });
    const expected = await signer.publicKey();
    const before = await signer.sign(MESSAGE);
    await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second }));
    expect(await signer.sign(MESSAGE)).toEqual(before);
    const changed = kmsSigner({ keyId: AliasName, algorithm: RSA, client, expected });
    await expect(changed).rejects.toThrow(coded('kms-key-changed'));
    await client.send(new UpdateAliasCommand({ AliasName, TargetKeyId: first }));
    expect(await (await kmsSigner({ keyId: AliasName, algorithm: RSA, client, expected })).sign(MESSAGE)).toEqual(
      before,
    );
  });
});

describe('a secret of an HMAC key', () => {
  it('is 32 bytes, the same each time, and another one for each label and key', async () => {
    const secret = await kmsSecret({ keyId: hmac, label: 'a', client });
    expect(secret).toHaveLength(32);
    expect(await kmsSecret({ keyId: hmac, label: 'a', client })).toEqual(secret);
    expect(await kmsSecret({ keyId: hmac, label: 'b', client })).not.toEqual(secret);
    const other = await newKey('HMAC_256', 'GENERATE_VERIFY_MAC');
    expect(await kmsSecret({ keyId: other, label: 'a', client })).not.toEqual(secret);
  });

  it('cannot be had from a key of another kind, or one that is disabled', async () => {
    await expect(kmsSecret({ keyId: rsa, label: 'a', client })).rejects.toThrow(coded('kms-wrong-usage'));
    const long = await newKey('HMAC_512', 'GENERATE_VERIFY_MAC');
    await expect(kmsSecret({ keyId: long, label: 'a', client })).rejects.toThrow(coded('kms-wrong-usage'));
    const disabled = await newKey('HMAC_256', 'GENERATE_VERIFY_MAC');
    await client.send(new DisableKeyCommand({ KeyId: disabled }));
    await expect(kmsSecret({ keyId: disabled, label: 'a', client })).rejects.toThrow(coded('kms-key-disabled'));
  });
});
