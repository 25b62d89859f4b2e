import { z } from 'zod';
import { WitnessmarkError } from '../../../model/error.ts';
import type { InitAwsStoreOptions } from './init-store.ts';

/** All that the address of a store says. */
export type StoreLocation = Omit<InitAwsStoreOptions, 'organisation' | 'origin' | 'clock' | 's3' | 'kms'>;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]';
const FOLDER = '(?:/[A-Za-z0-9._-]+)*';
const PLACE = new RegExp(`^(${BUCKET})(${FOLDER})/?$`);
const ADDRESS = new RegExp(`^s3://(${BUCKET}${FOLDER}/?)(?:\\?(.*))?$`);

/** A century: more is a slip of the keyboard, and could not be undone. */
const MAX_DAYS = 36_525;

const place = z.string().regex(PLACE, 'expected bucket or bucket/prefix');
const key = z.string().regex(/^[A-Za-z0-9:/_-]{1,2048}$/, 'expected the id, ARN or alias/NAME of a KMS key');

/** What stands behind the question mark; what is left out is found by its name. */
const Parameters = z.strictObject({
  notary: place.optional(),
  'checkpoint-key': key.default('alias/witnessmark-checkpoint'),
  'document-key': key.default('alias/witnessmark-document'),
  'root-key': key.default('alias/witnessmark-root'),
  'secret-key': key.default('alias/witnessmark-secret'),
  'encryption-key': key.optional(),
  table: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'expected the name of a DynamoDB table')
    .optional(),
  'lock-mode': z.enum(['COMPLIANCE', 'GOVERNANCE']).optional(),
  'lock-days': z.coerce.number().int().min(1).max(MAX_DAYS).optional(),
  owner: z
    .string()
    .regex(/^\d{12}$/, 'expected an account id of 12 digits')
    .optional(),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-west-1')
    .optional(),
});

/**
 * Parses the address of a store in AWS:
 * `s3://bucket/prefix?notary=bucket/prefix&checkpoint-key=alias/x&lock-mode=COMPLIANCE&lock-days=2555`.
 * The notary's memory is in `<bucket>-notary` under the same prefix, and the keys have the aliases
 * `alias/witnessmark-checkpoint`, `-document`, `-root` and `-secret`, where it says nothing else. The index is in memory
 * where it names no `table` of DynamoDB. Nothing of it is ever
 * read from the bucket, whose writers could lead the notary elsewhere. Throws `usage-store`.
 */
export function parseStoreLocation(text: string): StoreLocation {
  const [, where = '', query = ''] = ADDRESS.exec(text) ?? [];
  const store = placeOf(where);
  if (store === undefined || where.split('/').some(isDots)) {
    throw unusable(text, 'expected s3://bucket/prefix, and its parameters behind a question mark');
  }
  const given = parametersOf(text, query);
  const notary = placeOf(given.notary ?? `${store.bucket}-notary/${store.prefix ?? ''}`);
  if (notary === undefined || given.notary?.split('/').some(isDots)) {
    throw unusable(text, `notary: the default ${store.bucket}-notary is no bucket's name`);
  }
  if (notary.bucket === store.bucket) {
    throw unusable(text, 'notary: expected another bucket than the store, or whoever sets one back sets both back');
  }
  const { 'encryption-key': encryptionKey, table, owner, region } = given;
  return {
    ...store,
    notaryBucket: notary.bucket,
    ...(notary.prefix === undefined ? {} : { notaryPrefix: notary.prefix }),
    checkpointKey: given['checkpoint-key'],
    documentKey: given['document-key'],
    rootKey: given['root-key'],
    secretKey: given['secret-key'],
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    ...(table === undefined ? {} : { table }),
    ...(owner === undefined ? {} : { owner }),
    ...(region === undefined ? {} : { region }),
    ...retentionOf(text, given),
  };
}

function parametersOf(text: string, query: string): z.infer<typeof Parameters> {
  const pairs = [...new URLSearchParams(query)];
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw unusable(text, `${twice}: given twice`);
  const parsed = Parameters.safeParse(Object.fromEntries(pairs));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((it) => [...it.path, it.message].join(': '));
  throw unusable(text, problems.join('; '));
}

function retentionOf(text: string, given: z.infer<typeof Parameters>): Pick<StoreLocation, 'retention'> {
  const { 'lock-mode': mode, 'lock-days': days } = given;
  if (mode === undefined && days === undefined) return {};
  if (mode === undefined || days === undefined) throw unusable(text, 'lock-mode and lock-days: expected both or none');
  return { retention: { mode, days } };
}

function placeOf(text: string): { bucket: string; prefix?: string } | undefined {
  const [, bucket, folder = ''] = PLACE.exec(text) ?? [];
  if (bucket === undefined) return undefined;
  return folder === '' ? { bucket } : { bucket, prefix: `${folder.slice(1)}/` };
}

const isDots = (segment: string): boolean => segment === '.' || segment === '..';

function unusable(text: string, what: string): WitnessmarkError {
  return new WitnessmarkError('usage-store', `--store ${text}: ${what}`, {
    hint: `for example s3://evidence/prod?notary=evidence-notary&region=eu-west-1; it takes ${Object.keys(Parameters.shape).join(', ')}`,
  });
}
