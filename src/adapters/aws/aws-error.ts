import { WitnessmarkError } from '../../model/error.ts';
import type { CallError, FailureKind } from '../../model/retrieval.ts';
import { classify } from './classify.ts';

/** What an error means: the end of its code, and what to do about it. */
export type Meaning = readonly [suffix: string, hint: string];

export interface FailedCall {
  /** Beginning of the code: `objects`, `kms`. */
  readonly area: string;
  /** What was asked of which thing: `s3:GetObject of s3://bucket/key`. */
  readonly what: string;
  /** What the service's own names of errors mean; they come before the kinds that all services share. */
  readonly meaning?: (error: CallError) => Meaning | undefined;
}

const UNAVAILABLE: Meaning = ['unavailable', 'it may have been done or not; run it again, which does nothing twice'];

const NO_CREDENTIALS: Meaning = [
  'no-credentials',
  'set up AWS credentials (AWS_PROFILE, environment, role), or sign in again where they have expired',
];

const BY_KIND: Readonly<Partial<Record<FailureKind, Meaning>>> = {
  denied: [
    'denied',
    'allow it in the policy of the role, of the bucket or of the key; docs/ARCHITECTURE.md lists what a store needs',
  ],
  throttled: ['throttled', 'AWS asked to slow down, also after several tries; run it again later'],
  timeout: UNAVAILABLE,
  network: UNAVAILABLE,
  server: UNAVAILABLE,
};

const NO_REGION: Meaning = ['no-region', 'set AWS_REGION, or name the region in the address of the store'];

const BY_NAME: Readonly<Record<string, Meaning>> = {
  CredentialsProviderError: NO_CREDENTIALS,
  ExpiredToken: NO_CREDENTIALS,
  ExpiredTokenException: NO_CREDENTIALS,
};

const OTHERWISE: Meaning = ['failed', 'the message above is that of AWS'];

/** Whatever an SDK client threw, as an error of the product that keeps the real one as its cause. */
export function awsError(thrown: unknown, { area, what, meaning }: FailedCall): WitnessmarkError {
  if (thrown instanceof WitnessmarkError) return thrown;
  const error = classify(thrown);
  const [suffix, hint] = meaning?.(error) ?? shared(error);
  const status = error.status === null ? '' : ` (${error.status})`;
  const message = `${what} failed with ${error.name}${status}: ${error.message}`;
  return new WitnessmarkError(`${area}-${suffix}`, message, { hint, cause: thrown });
}

function shared({ name, kind, message }: CallError): Meaning {
  // The SDK gives this one no name of its own.
  if (/^region is missing/i.test(message)) return NO_REGION;
  return BY_NAME[name] ?? BY_KIND[kind] ?? OTHERWISE;
}

/** Name of the error that an SDK client threw. */
export function errorName(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '';
}
