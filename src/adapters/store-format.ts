import { z } from 'zod';
import { identity } from '../app/identity.ts';
import type { Store } from '../app/store.ts';
import type { TrustFile } from '../app/trust.ts';
import type { Finding } from '../ledger/audit.ts';
import type { Notary, NotaryState } from '../ledger/notary.ts';
import { formatVkeys, parseVkeys, verifierKeyOf } from '../ledger/note.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Chain } from '../pack/sign/certificates.ts';
import type { Clock } from '../ports/clock.ts';
import type { Objects } from '../ports/objects.ts';
import type { Signer } from '../ports/signer.ts';

/** Key of the file that makes a folder or a bucket a store. */
export const STORE_FILE = 'store.json';

/** Keys of what a store's readers trust. */
export const TRUST = {
  verifierKeys: 'trust/checkpoint.vkey',
  root: 'trust/root.pem',
  signing: 'trust/signing.pem',
} as const;

/** Which time-stamping authority a store asks (RFC 3161). Its certificates are in `trust/tsa.pem`. */
const Timestamping = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .refine((it) => !it.includes('@'), 'must not hold a name and password'),
  policy: z
    .string()
    .regex(/^[0-2](\.\d{1,20}){1,20}$/)
    .optional(),
});
export type Timestamping = z.infer<typeof Timestamping>;

/** `store.json`. */
const StoreFile = z.strictObject({
  v: z.literal(1),
  origin: z.string().regex(/^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/),
  organisation: z.string().min(1),
  /** Where the secret is derived by a service: a digest of it, by which another secret is found out. */
  secret: z
    .string()
    .regex(/^hmac-sha256:[0-9a-f]{64}$/)
    .optional(),
  /** Left out where nothing is to be stamped, which is the default. */
  timestamp: Timestamping.optional(),
});
export type StoreFile = z.infer<typeof StoreFile>;

/** What a new store is named. */
export interface InitOptions {
  readonly organisation: string;
  /** Name of the log; derived and unique where left out. */
  readonly origin?: string;
  readonly clock: Clock;
}

/** What an audit reads of a store; whatever is damaged in it is for the audit to say. */
export interface Audited {
  readonly objects: Objects;
  readonly verifierKeys: readonly string[];
  readonly notaryState?: NotaryState;
  /** What could not be asked while it was opened, and makes the audit prove less. */
  readonly found?: readonly Finding[];
}

/** A store file with these names; throws `store-name` where they cannot be used. */
export function storeFile(named: Omit<StoreFile, 'v'>): StoreFile {
  const parsed = StoreFile.safeParse({ v: 1, ...named });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((it) => `${it.path.join('.')}: ${it.message}`);
  throw new WitnessmarkError('store-name', `a store cannot be named so: ${problems.join('; ')}`, {
    hint: 'an origin is lower-case, such as example.com/audit; an organisation is not empty',
  });
}

/** @throws WitnessmarkError `usage-timestamp` for what is no address or no policy */
export function checkTimestamping(value: { url: string; policy?: string | undefined }): Timestamping {
  const parsed = Timestamping.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new WitnessmarkError(
    'usage-timestamp',
    `time-stamping authority: ${issue?.path.join('.')}: ${issue?.message}`,
    {
      hint: 'give an address with http or https, and the policy as an object identifier such as 1.2.3.4',
    },
  );
}

/** The bytes of a store file. */
export const storeFileBytes = (file: StoreFile): Uint8Array => Buffer.from(`${JSON.stringify(file, undefined, 2)}\n`);

/** Parses a store file that was read from `where`; throws `store-invalid`. */
export function parseStoreFile(where: string, text: string): StoreFile {
  try {
    return StoreFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new WitnessmarkError('store-invalid', `${where} is not a store file of this version`, { cause });
  }
}

/** The files that a new store is trusted by, in the order in which they are written. */
export function trustContents(origin: string, checkpointKey: Uint8Array, chain: Chain): TrustFile[] {
  return [
    { path: TRUST.verifierKeys, bytes: formatVkeys([verifierKeyOf(origin, checkpointKey)]) },
    { path: TRUST.root, bytes: Buffer.from(chain.rootPem) },
    { path: TRUST.signing, bytes: Buffer.from(chain.signingPem) },
  ];
}

/** What a store is made of beside its objects and its index. */
export interface StoreParts {
  readonly origin: string;
  readonly notary: Notary;
  readonly documentSigner: Signer;
  readonly secret: Uint8Array;
  /** Contents of the files under `trust/`. */
  readonly trust: Readonly<Record<keyof typeof TRUST, string>>;
  readonly clock: Clock;
  readonly software: string;
}

/** The use cases' view of such parts. */
export function assembleStore(parts: StoreParts): Omit<Store, 'objects' | 'index' | 'claim'> {
  const { origin, notary, secret, trust } = parts;
  return {
    notary,
    identity: identity(secret),
    clock: parts.clock,
    origin,
    verifierKeys: trust.verifierKeys.split('\n').filter((line) => line !== ''),
    redactionSecret: secret,
    documentSigner: parts.documentSigner,
    certificates: { rootPem: trust.root, signingPem: trust.signing },
    software: parts.software,
  };
}

/** The verifier keys of a file of them; none where it is damaged, since the audit reads it itself and says so. */
export function keysIn(bytes: Uint8Array | undefined): string[] {
  try {
    return bytes === undefined ? [] : parseVkeys(bytes).map((key) => key.vkey);
  } catch {
    return [];
  }
}

/** No key by which a store could be audited. */
export function noKey(where: string): WitnessmarkError {
  return new WitnessmarkError('store-no-key', `${where} holds no verifier key that can be read`, {
    hint: 'give the key that you got elsewhere with --key',
  });
}
