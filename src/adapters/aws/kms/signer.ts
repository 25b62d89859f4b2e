import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import {
  GetPublicKeyCommand,
  type KeySpec,
  type KMSClient,
  type MessageType,
  SignCommand,
  type SigningAlgorithmSpec,
} from '@aws-sdk/client-kms';
import { messageOf } from '../../../model/error.ts';
import type { Signer } from '../../../ports/signer.ts';
import { kmsClient } from './client.ts';
import { kmsError, kmsRefused } from './errors.ts';

export interface KmsSignerOptions {
  /** Id, ARN, or `alias/NAME`; an alias is resolved once, and the key that it names then is used to the end. */
  readonly keyId: string;
  readonly algorithm: Signer['algorithm'];
  /** The SDK's own region and credentials where left out. */
  readonly client?: KMSClient;
  /** Public key that it must have, DER SubjectPublicKeyInfo: another one behind the same alias is refused. */
  readonly expected?: Uint8Array | undefined;
}

/** Most bytes that KMS signs as they are (https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html). */
const MAX_RAW_BYTES = 4096;

/** How KMS is asked for each algorithm. */
interface Scheme {
  readonly specs: readonly KeySpec[];
  readonly signing: SigningAlgorithmSpec;
  readonly messageType: MessageType;
  /** As Node names it; `null` where the algorithm hashes by itself. */
  readonly digest: 'sha256' | null;
}

const SCHEMES: Readonly<Record<Signer['algorithm'], Scheme>> = {
  // ED25519_PH_SHA_512 is another algorithm, which no verifier of signed notes knows.
  Ed25519: { specs: ['ECC_NIST_EDWARDS25519'], signing: 'ED25519_SHA_512', messageType: 'RAW', digest: null },
  RSASSA_PKCS1_V1_5_SHA_256: {
    specs: ['RSA_3072', 'RSA_4096'],
    signing: 'RSASSA_PKCS1_V1_5_SHA_256',
    messageType: 'DIGEST',
    digest: 'sha256',
  },
};

interface OpenKey {
  readonly arn: string;
  readonly spki: Uint8Array;
  readonly publicKey: KeyObject;
}

/**
 * A signer with an asymmetric KMS key. Its public key is fetched once, here, and each signature is verified with
 * it before it is given out. Needs kms:GetPublicKey and kms:Sign. Throws `kms-wrong-usage`, `kms-wrong-spec` and
 * `kms-key-changed` where the key is not the one that is wanted, `kms-key-missing`, `kms-key-disabled`,
 * `kms-key-unusable`, `kms-denied` and the like; signing throws `kms-signature-invalid` where the signature does
 * not verify, and `kms-message-too-large` for an Ed25519 message of more than 4096 bytes.
 */
export async function kmsSigner(options: KmsSignerOptions): Promise<Signer> {
  const { keyId, algorithm, client = kmsClient() } = options;
  const key = await openKey(client, options);
  return {
    algorithm,
    publicKey: async () => Uint8Array.from(key.spki),
    async sign(message) {
      const signature = await signWith(client, key, algorithm, message);
      if (verify(SCHEMES[algorithm].digest, message, key.publicKey, signature)) return signature;
      const hint = 'do not use this key until it is known why; KMS, or something that stands before it, gave it';
      throw kmsRefused('signature-invalid', keyId, 'its signature does not verify with its public key', hint);
    },
  };
}

async function openKey(client: KMSClient, { keyId, algorithm, expected }: KmsSignerOptions): Promise<OpenKey> {
  const { specs } = SCHEMES[algorithm];
  const use = `${algorithm}, key usage SIGN_VERIFY, key spec ${specs.join(' or ')}`;
  const answer = await client.send(new GetPublicKeyCommand({ KeyId: keyId })).catch((thrown: unknown) => {
    throw kmsError(thrown, 'GetPublicKey', keyId, use);
  });
  const { KeyId: arn, KeySpec: spec, KeyUsage: usage, PublicKey: spki } = answer;
  if (usage !== 'SIGN_VERIFY') throw kmsRefused('wrong-usage', keyId, `expected ${use}, got key usage ${usage}`);
  if (spec === undefined || !specs.includes(spec)) {
    throw kmsRefused('wrong-spec', keyId, `expected ${use}, got key spec ${spec}`);
  }
  if (arn === undefined || spki === undefined) {
    throw kmsRefused('answer-invalid', keyId, 'KMS answered without its ARN or its public key');
  }
  if (expected !== undefined && Buffer.compare(spki, expected) !== 0) {
    const hint = 'the alias names another key than when the store was made: point it back; the old key is in KMS still';
    throw kmsRefused('key-changed', keyId, `${arn} has another public key than the one that is trusted`, hint);
  }
  return { arn, spki, publicKey: parsed(keyId, algorithm, spki) };
}

function parsed(keyId: string, algorithm: Signer['algorithm'], spki: Uint8Array): KeyObject {
  const wanted = algorithm === 'Ed25519' ? 'ed25519' : 'rsa';
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === wanted) return key;
    throw new TypeError(`it is of type ${key.asymmetricKeyType}, expected ${wanted}`);
  } catch (cause) {
    throw kmsRefused('answer-invalid', keyId, `its public key cannot be used: ${messageOf(cause)}`);
  }
}

async function signWith(
  client: KMSClient,
  { arn }: OpenKey,
  algorithm: Signer['algorithm'],
  message: Uint8Array,
): Promise<Uint8Array> {
  const { signing, messageType, digest } = SCHEMES[algorithm];
  if (digest === null && message.length > MAX_RAW_BYTES) {
    const what = `expected a message of at most ${MAX_RAW_BYTES} bytes for ${algorithm}, got ${message.length}`;
    throw kmsRefused('message-too-large', arn, what);
  }
  const input = {
    KeyId: arn,
    SigningAlgorithm: signing,
    MessageType: messageType,
    Message: digest === null ? message : hash(digest, message, 'buffer'),
  };
  const { Signature: signature } = await client.send(new SignCommand(input)).catch((thrown: unknown) => {
    throw kmsError(thrown, 'Sign', arn, signing);
  });
  if (signature === undefined) throw kmsRefused('answer-invalid', arn, 'KMS answered without a signature');
  return signature;
}
