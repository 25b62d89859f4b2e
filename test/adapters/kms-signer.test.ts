import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { GenerateMacCommand, GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { kmsSecret } from '../../src/adapters/aws/kms/secret.ts';
import { kmsSigner } from '../../src/adapters/aws/kms/signer.ts';

// What KMS itself does is tested against an emulator of it; here is what a good KMS never does.
const kms = mockClient(KMSClient);
beforeEach(() => {
  kms.reset();
});

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/k';
const ED25519 = generateKeyPairSync('ed25519');
const OTHER = generateKeyPairSync('ed25519');
const RSA = generateKeyPairSync('rsa', { modulusLength: 3072 });
const MESSAGE = Buffer.from('message');
const spki = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'spki' });
const error = (name: string, status: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });

const answer = (over: Record<string, unknown> = {}) => ({
  KeyId: ARN,
  KeySpec: 'ECC_NIST_EDWARDS25519' as const,
  KeyUsage: 'SIGN_VERIFY' as const,
  PublicKey: spki(ED25519.publicKey),
  ...over,
});
const open = () => kmsSigner({ keyId: 'alias/k', algorithm: 'Ed25519' });

describe('what KMS is asked', () => {
  it('is the whole message for Ed25519, under the ARN that the alias had', async () => {
    kms.on(GetPublicKeyCommand).resolves(answer());
    kms.on(SignCommand).resolves({ Signature: sign(null, MESSAGE, ED25519.privateKey) });
    await (await open()).sign(MESSAGE);
    expect(kms.commandCalls(SignCommand)[0]?.args[0].input).toEqual({
      KeyId: ARN,
      SigningAlgorithm: 'ED25519_SHA_512',
      MessageType: 'RAW',
      Message: MESSAGE,
    });
  });

  it('is its digest for RSA', async () => {
    kms.on(GetPublicKeyCommand).resolves(answer({ KeySpec: 'RSA_3072', PublicKey: spki(RSA.publicKey) }));
    kms.on(SignCommand).resolves({ Signature: sign('sha256', MESSAGE, RSA.privateKey) });
    await (await kmsSigner({ keyId: 'k', algorithm: 'RSASSA_PKCS1_V1_5_SHA_256' })).sign(MESSAGE);
    expect(kms.commandCalls(SignCommand)[0]?.args[0].input).toMatchObject({
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      MessageType: 'DIGEST',
      Message: expect.objectContaining({ length: 32 }),
    });
  });

  it('is the public key once, however much is signed', async () => {
    kms.on(GetPublicKeyCommand).resolves(answer());
    kms.on(SignCommand).resolves({ Signature: sign(null, MESSAGE, ED25519.privateKey) });
    const signer = await open();
    for (let times = 0; times < 3; times += 1) await signer.sign(MESSAGE);
    await signer.publicKey();
    expect(kms.commandCalls(GetPublicKeyCommand)).toHaveLength(1);
  });
});

describe('what KMS answers', () => {
  it.each([
    ['is of another key', sign(null, MESSAGE, OTHER.privateKey)],
    ['is over something else', sign(null, Buffer.from('else'), ED25519.privateKey)],
    ['is cut', sign(null, MESSAGE, ED25519.privateKey).subarray(0, 63)],
    ['is empty', new Uint8Array()],
  ])('is not given out where the signature %s', async (_, Signature) => {
    kms.on(GetPublicKeyCommand).resolves(answer());
    kms.on(SignCommand).resolves({ Signature });
    await expect((await open()).sign(MESSAGE)).rejects.toMatchObject({ code: 'kms-signature-invalid' });
  });

  it('is refused where it has no signature', async () => {
    kms.on(GetPublicKeyCommand).resolves(answer());
    kms.on(SignCommand).resolves({});
    await expect((await open()).sign(MESSAGE)).rejects.toMatchObject({ code: 'kms-answer-invalid' });
  });

  it.each([
    ['no public key', { PublicKey: undefined }, 'kms-answer-invalid'],
    ['no ARN', { KeyId: undefined }, 'kms-answer-invalid'],
    ['a public key that is none', { PublicKey: Buffer.from('key') }, 'kms-answer-invalid'],
    ['a public key of another type', { PublicKey: spki(RSA.publicKey) }, 'kms-answer-invalid'],
    ['no usage', { KeyUsage: undefined }, 'kms-wrong-usage'],
    ['no spec', { KeySpec: undefined }, 'kms-wrong-spec'],
  ])('is refused where it has %s', async (_, over, code) => {
    kms.on(GetPublicKeyCommand).resolves(answer(over));
    await expect(open()).rejects.toMatchObject({ code });
  });

  it.each([undefined, new Uint8Array(31), new Uint8Array(64)])('is no secret where it is %j', async (Mac) => {
    kms.on(GenerateMacCommand).resolves(Mac === undefined ? {} : { Mac });
    await expect(kmsSecret({ keyId: 'k', label: 'a' })).rejects.toMatchObject({ code: 'kms-answer-invalid' });
  });

  it.each([
    ['AccessDeniedException', 400, 'kms-denied'],
    ['NotFoundException', 400, 'kms-key-missing'],
    ['DisabledException', 400, 'kms-key-disabled'],
    ['KMSInvalidStateException', 400, 'kms-key-unusable'],
    ['InvalidKeyUsageException', 400, 'kms-wrong-usage'],
    ['UnsupportedOperationException', 400, 'kms-wrong-usage'],
    ['ThrottlingException', 400, 'kms-throttled'],
    ['KMSInternalException', 500, 'kms-unavailable'],
    ['ExpiredTokenException', 400, 'kms-no-credentials'],
    ['MadeUp', 400, 'kms-failed'],
  ])('with %s (%i) is %s', async (name, status, code) => {
    kms.on(GetPublicKeyCommand).rejects(error(name, status));
    const failed = { name: 'WitnessmarkError', code, hint: expect.any(String), cause: { name } };
    await expect(open()).rejects.toMatchObject(failed);
    kms.on(GetPublicKeyCommand).resolves(answer());
    kms.on(SignCommand).rejects(error(name, status));
    await expect((await open()).sign(MESSAGE)).rejects.toMatchObject(failed);
    kms.on(GenerateMacCommand).rejects(error(name, status));
    await expect(kmsSecret({ keyId: 'k', label: 'a' })).rejects.toMatchObject(failed);
  });
});
