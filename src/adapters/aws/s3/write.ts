import { hash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { WitnessmarkError } from '../../../model/error.ts';
import { errorName } from '../aws-error.ts';
import { s3Error } from './errors.ts';
import { addressed, type S3Place } from './place.ts';
import { readObject } from './read.ts';

/** How often a write that met another one is tried again, and how long the first pause is. */
const MAX_TRIES = 6;
const FIRST_PAUSE_MS = 20;

/** What must hold for a write to be made. */
export type Condition = { readonly IfNoneMatch: string } | { readonly IfMatch: string };

/** How an object is kept. */
export type Keeping = Pick<
  PutObjectCommandInput,
  'ObjectLockMode' | 'ObjectLockRetainUntilDate' | 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'
>;

export interface Write {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly condition: Condition;
  readonly keeping: Keeping;
}

/** Whether the object was written; false where the condition did not hold. */
export async function writeObject(at: S3Place, write: Write): Promise<boolean> {
  const { key, bytes, condition, keeping } = write;
  const sha256 = hash('sha256', bytes, 'base64');
  const command = { ...addressed(at), Key: key, Body: bytes, ChecksumSHA256: sha256, ...condition, ...keeping };
  for (let tries = 1; ; tries += 1) {
    try {
      await at.client.send(new PutObjectCommand(command));
      return true;
    } catch (thrown) {
      if (isRefused(thrown, condition)) return attemptsOf(thrown) > 1 && (await isThere(at, key, bytes));
      if (errorName(thrown) !== 'ConditionalRequestConflict') throw s3Error(thrown, 'PutObject', at.bucket, key);
      if (tries === MAX_TRIES) throw busy(at, key, thrown);
    }
    // 409: another write to this key was under way, and this one was not made. Asked again, S3 knows who won.
    await setTimeout(FIRST_PAUSE_MS * 2 ** (tries - 1));
  }
}

/** 412, or 404 where a version was expected and there is no object at all. */
function isRefused(thrown: unknown, condition: Condition): boolean {
  const name = errorName(thrown);
  return name === 'PreconditionFailed' || (name === 'NoSuchKey' && 'IfMatch' in condition);
}

/**
 * Whether an object holds these bytes. After an attempt whose answer was lost, the SDK's next one is refused by what
 * the first has written. The same bytes mean that they are there, whoever wrote them.
 */
export async function isThere(at: S3Place, key: string, bytes: Uint8Array): Promise<boolean> {
  const present = await readObject(at, key);
  return present !== undefined && Buffer.compare(present.bytes, bytes) === 0;
}

function attemptsOf(thrown: unknown): number {
  const { $metadata } = thrown as { $metadata?: { attempts?: number } };
  return $metadata?.attempts ?? 1;
}

function busy({ bucket }: S3Place, key: string, cause: unknown): WitnessmarkError {
  const message = `s3://${bucket}/${key}: ${MAX_TRIES} writes in a row met another one (ConditionalRequestConflict)`;
  return new WitnessmarkError('objects-busy', message, { hint: 'nothing was written; run it again', cause });
}
