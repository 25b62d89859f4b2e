import { createHmac, X509Certificate } from 'node:crypto';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { S3Client } from '@aws-sdk/client-s3';
import { bodyReader } from '../../../app/objects.ts';
import type { Store } from '../../../app/store.ts';
import type { TrustFile } from '../../../app/trust.ts';
import { createNotary, type Notary, type NotaryState } from '../../../ledger/notary.ts';
import { parseVkeys, spkiOf, type VerifierKey } from '../../../ledger/note.ts';
import { messageOf, WitnessmarkError } from '../../../model/error.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { EvidenceIndex } from '../../../ports/evidence-index.ts';
import type { Inventory } from '../../../ports/inventory.ts';
import type { Objects } from '../../../ports/objects.ts';
import type { Retention as ObjectRetention } from '../../../ports/retention.ts';
import type { Signer } from '../../../ports/signer.ts';
import { lateIndex } from '../../late-index.ts';
import { assembleStore, parseStoreFile, STORE_FILE, type StoreFile, TRUST } from '../../store-format.ts';
import { kmsClient } from '../kms/client.ts';
import { kmsSecret } from '../kms/secret.ts';
import { kmsSigner } from '../kms/signer.ts';
import { s3Inventory } from '../s3/inventory.ts';
import { type Retention, type S3ObjectsOptions, s3Objects } from '../s3/objects.ts';
import { s3Client } from '../s3/place.ts';
import { s3Retention } from '../s3/retention.ts';
import { openedLate } from './late-signer.ts';
import { s3NotaryState } from './notary-state.ts';

/** Where a store in AWS lies and which keys it has; nothing of this is read from the bucket. */
export interface AwsStoreOptions {
  readonly bucket: string;
  /** Ends in `/`; the whole bucket where left out. */
  readonly prefix?: string;
  /** Bucket of the notary's memory, which the log's writers may not write to. */
  readonly notaryBucket: string;
  /** Ends in `/`. */
  readonly notaryPrefix?: string;
  /** KMS key that signs checkpoints: ECC_NIST_EDWARDS25519, SIGN_VERIFY. This and all keys by id, ARN or alias. */
  readonly checkpointKey: string;
  /** KMS key that signs documents: RSA_3072, SIGN_VERIFY. */
  readonly documentKey: string;
  /** KMS key that gives the secret of ids and redaction: HMAC_256, GENERATE_VERIFY_MAC. */
  readonly secretKey: string;
  /** KMS key that objects are encrypted under; the buckets' default encryption where left out. */
  readonly encryptionKey?: string;
  /** Object Lock on what is created; the bucket's default where left out. */
  readonly retention?: Retention;
  /** DynamoDB table of the index; an index in memory, which the use cases fill from the ledger, where left out. */
  readonly table?: string;
  /** Account that must own the buckets. */
  readonly owner?: string;
  /** The SDK's own where left out. */
  readonly region?: string;
  /** Made for the region where left out. */
  readonly s3?: S3Client;
  readonly kms?: KMSClient;
}

export interface OpenAwsStoreOptions extends AwsStoreOptions {
  readonly clock: Clock;
  readonly software: string;
  /**
   * Makes the notary, given the key that its checkpoints must verify with; the document key is then opened when a
   * document is signed and not before. Left out, this process signs with the store's own keys, which are opened at
   * once.
   */
  readonly notary?: (origin: string, key: VerifierKey) => Notary;
}

/** `s3://bucket/prefix`, as messages name a store. */
export const addressOf = ({ bucket, prefix = '' }: AwsStoreOptions): string => `s3://${bucket}/${prefix}`;

/** The objects of a store; one that lies under a delete marker is an error. */
export function storeObjects(options: AwsStoreOptions): Objects {
  return s3Objects(storeBucket(options));
}

/** How the objects of a store lie in its bucket. */
export function storeBucket(options: AwsStoreOptions): S3ObjectsOptions {
  const { bucket, prefix, retention } = options;
  return {
    ...shared(options),
    bucket,
    refuseDeleted: true,
    ...(prefix === undefined ? {} : { prefix }),
    ...(retention === undefined ? {} : { retention }),
  };
}

/** What the health of a store is measured on beside the store itself. */
export interface StoreMeasures {
  readonly inventory: Inventory;
  readonly retention: ObjectRetention;
}

/** The list of a store's objects, and what keeps them. */
export function storeMeasures(options: AwsStoreOptions): StoreMeasures {
  const { prefix = '', bucket, owner, retention: asked } = options;
  const at = { client: options.s3 ?? s3Client(options.region), bucket, owner, maxBytes: 0, refuseDeleted: true };
  const retention = s3Retention(at, { prefix, ...(asked === undefined ? {} : { asked }) });
  return { inventory: s3Inventory(at, prefix), retention };
}

/** The memory of a store's notary. */
export function storeNotaryState(options: AwsStoreOptions): NotaryState {
  const { notaryBucket: bucket, notaryPrefix: prefix } = options;
  return s3NotaryState({ ...shared(options), bucket, ...(prefix === undefined ? {} : { prefix }) });
}

function shared({ s3, region, owner, encryptionKey }: AwsStoreOptions) {
  return {
    client: s3 ?? s3Client(region),
    ...(owner === undefined ? {} : { owner }),
    ...(encryptionKey === undefined ? {} : { kmsKeyId: encryptionKey }),
  };
}

/**
 * Opens a store in AWS for the use cases. Its keys must be those that the files under `trust/` and its secret the one
 * that `store.json` names, so that an alias that was pointed elsewhere is refused before anything is written. Throws
 * `store-missing`, `store-invalid`, `store-secret-changed`, `kms-…` and `objects-…`. Close its index when done.
 */
export async function openAwsStore(options: OpenAwsStoreOptions): Promise<Store> {
  const { kms = kmsClient(options.region), clock, software } = options;
  const objects = storeObjects(options);
  const file = await readStoreFile(options, objects);
  if (file === undefined) {
    throw new WitnessmarkError('store-missing', `${addressOf(options)} holds no store`, {
      hint: `run \`witnessmark init --store '${addressOf(options)}…'\` first`,
    });
  }
  const { origin } = file;
  const trust = await readTrust(options, objects);
  const trusted = pinned(options, origin, trust);
  const [{ notary, documentSigner }, secret] = await Promise.all([
    signersOf(options, { kms, origin, ...trusted }),
    storeSecret(options, kms, origin),
  ]);
  if (file.secret !== secretDigest(secret)) throw secretChanged(options);
  const parts = { origin, notary, documentSigner, secret, trust, clock, software };
  return { ...assembleStore(parts), objects, index: await indexOf(options, objects) };
}

interface Trusted {
  readonly kms: KMSClient;
  readonly origin: string;
  readonly key: VerifierKey;
  /** SubjectPublicKeyInfo of the document key. */
  readonly document: Uint8Array;
}

async function signersOf(options: OpenAwsStoreOptions, { kms: client, origin, key, document }: Trusted) {
  const openDocument = () => kmsSigner({ keyId: options.documentKey, algorithm: DOCUMENT, client, expected: document });
  if (options.notary !== undefined) {
    return { notary: options.notary(origin, key), documentSigner: openedLate(DOCUMENT, document, openDocument) };
  }
  const expected = spkiOf(key);
  const [signer, documentSigner] = await Promise.all([
    kmsSigner({ keyId: options.checkpointKey, algorithm: 'Ed25519', client, expected }),
    openDocument(),
  ]);
  return { notary: createNotary({ state: storeNotaryState(options), signer, origin }), documentSigner };
}

async function indexOf({ table, region }: AwsStoreOptions, objects: Objects): Promise<EvidenceIndex> {
  // SQLite is loaded only where there is no table: functions have one.
  if (table === undefined) return (await import('../../local/sqlite-index.ts')).sqliteIndex(':memory:');
  return lateIndex(async () => {
    const { dynamodbIndex } = await import('../dynamodb-index.ts');
    return dynamodbIndex({ table, readBody: bodyReader(objects), ...(region === undefined ? {} : { region }) });
  });
}

export const DOCUMENT = 'RSASSA_PKCS1_V1_5_SHA_256' satisfies Signer['algorithm'];

/** The secret of a store: what its HMAC key gives for the name of its log. */
export function storeSecret({ secretKey }: AwsStoreOptions, client: KMSClient, origin: string): Promise<Uint8Array> {
  return kmsSecret({ keyId: secretKey, label: `witnessmark-store-secret\n${origin}\n`, client });
}

/** What `store.json` says of the secret, which shows nothing of its 256 bits. */
export function secretDigest(secret: Uint8Array): string {
  return `hmac-sha256:${createHmac('sha256', secret).update('witnessmark-store-secret-digest\n').digest('hex')}`;
}

function secretChanged(options: AwsStoreOptions): WitnessmarkError {
  const message = `${addressOf(options)}: the key ${options.secretKey} gives another secret than when the store was made`;
  const hint =
    'the alias names another HMAC key: point it back; with another secret, nothing would match what is sealed';
  return new WitnessmarkError('store-secret-changed', message, { hint });
}

/** The store file, or undefined where there is none. */
export async function readStoreFile(options: AwsStoreOptions, objects: Objects): Promise<StoreFile | undefined> {
  const stored = await objects.get(STORE_FILE);
  return stored && parseStoreFile(`${addressOf(options)}${STORE_FILE}`, Buffer.from(stored.bytes).toString('utf8'));
}

type Trust = Readonly<Record<keyof typeof TRUST, string>>;

async function readTrust(options: AwsStoreOptions, objects: Objects): Promise<Trust> {
  const text = async (path: string): Promise<string> => {
    const stored = await objects.get(path);
    if (stored !== undefined) return Buffer.from(stored.bytes).toString('utf8');
    const hint = 'restore it from an earlier version of the object, or from a pack';
    throw new WitnessmarkError('store-invalid', `${addressOf(options)}${path} is missing`, { hint });
  };
  const [verifierKeys, root, signing] = await Promise.all([TRUST.verifierKeys, TRUST.root, TRUST.signing].map(text));
  return { verifierKeys: verifierKeys ?? '', root: root ?? '', signing: signing ?? '' };
}

/** The keys that the files under `trust/` name; that of documents as SubjectPublicKeyInfo. */
function pinned(options: AwsStoreOptions, origin: string, { verifierKeys, signing }: Trust) {
  try {
    const key = parseVkeys(Buffer.from(verifierKeys)).findLast((it) => it.name === origin);
    if (key === undefined) throw new TypeError(`no key of ${origin}`);
    const certificate = new X509Certificate(signing);
    return { key, document: certificate.publicKey.export({ format: 'der', type: 'spki' }) };
  } catch (cause) {
    const message = `${addressOf(options)}trust/ cannot be read: ${messageOf(cause)}`;
    throw new WitnessmarkError('store-invalid', message, { hint: 'run `witnessmark audit`', cause });
  }
}

/** The files under `trust/`, as the ledger seals them. */
export async function awsTrustFiles(options: AwsStoreOptions): Promise<TrustFile[]> {
  const trust = await readTrust(options, storeObjects(options));
  const names = ['verifierKeys', 'root', 'signing'] as const;
  return names.map((it) => ({ path: TRUST[it], bytes: Buffer.from(trust[it]) }));
}
