import { PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import type { Asked } from '../emulators/support/fault-proxy.ts';
import type { Exercise, Problem } from './exercises.ts';
import { withFault } from './faults.ts';
import { newInstance, variablesOf } from './grants.ts';
import { outputs, s3 } from './stack.ts';

/** What a function did while its store was locked. */
export interface Retained {
  readonly problem: Problem;
  /** Keys of the objects that it put with a retention. */
  readonly keys: readonly string[];
}

/**
 * Has a function do everything with a store whose objects are put with a retention, as a deployment has it, and listens to
 * what it puts. S3 asks whoever does so for s3:PutObjectRetention too; the emulator does not, so the requests are what shows
 * which function needs that, and on what.
 */
export async function retained(name: string, exercise: Exercise): Promise<Retained> {
  const { bucket: Bucket } = parseStoreLocation((await outputs()).StoreAddress ?? '');
  await s3.send(
    new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }),
  );
  const keys: string[] = [];
  const listen = ({ path, headers }: Asked): undefined => {
    if (headers['x-amz-object-lock-mode'] === undefined) return;
    keys.push(decodeURIComponent(new URL(path, 'http://s3').pathname).slice(`/${Bucket}/`.length));
  };
  const { WITNESSMARK_STORE: address = '' } = await variablesOf(name);
  await newInstance(name, { WITNESSMARK_STORE: `${address}&lock-mode=GOVERNANCE&lock-days=1` });
  try {
    return { problem: await withFault({ name, service: 'S3' }, listen, exercise), keys };
  } finally {
    await newInstance(name, { WITNESSMARK_STORE: address });
  }
}
