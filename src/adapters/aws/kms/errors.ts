import { WitnessmarkError } from '../../../model/error.ts';
import { awsError, type Meaning } from '../aws-error.ts';

const UNUSABLE: Meaning = [
  'key-unusable',
  'the key is being deleted, created or imported: cancel the deletion, or wait',
];
const WRONG_USAGE: Meaning = ['wrong-usage', 'the key is for something else: make one with the usage and spec above'];

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_Errors and its like. */
const BY_NAME: Readonly<Record<string, Meaning>> = {
  NotFoundException: ['key-missing', 'no such key or alias in this account and region: mend its name, or the region'],
  InvalidArnException: ['key-missing', 'mend the name of the key: an id, an ARN, or alias/NAME'],
  DisabledException: ['key-disabled', 'enable it: aws kms enable-key --key-id KEY'],
  KMSInvalidStateException: UNUSABLE,
  InvalidKeyUsageException: WRONG_USAGE,
  UnsupportedOperationException: WRONG_USAGE,
};

/** What KMS threw for an operation with a key, as an error of the product; `use` is what the key was wanted for. */
export function kmsError(thrown: unknown, operation: string, keyId: string, use: string): WitnessmarkError {
  const what = `kms:${operation} with the key ${keyId} (${use})`;
  return awsError(thrown, { area: 'kms', what, meaning: ({ name }) => BY_NAME[name] });
}

/** A key or an answer that cannot be used. */
export function kmsRefused(code: string, keyId: string, what: string, hint?: string): WitnessmarkError {
  return new WitnessmarkError(`kms-${code}`, `the KMS key ${keyId}: ${what}`, hint === undefined ? {} : { hint });
}
