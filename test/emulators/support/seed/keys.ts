import {
  CreateKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { type Config, named, openTo } from './shared.ts';

export interface Keys {
  readonly rotated: string;
  readonly unrotated: string;
  readonly doomed: string;
  readonly open: string;
}

/** Four keys, by their ids: moto does not delete keys by ARN. */
export async function seedKeys(config: Config): Promise<Keys> {
  const kms = new KMSClient(config);
  const make = async (Description: string): Promise<string> =>
    named((await kms.send(new CreateKeyCommand({ Description, KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata?.KeyId);
  const keys = {
    rotated: await make('rotated'),
    unrotated: await make('unrotated'),
    doomed: await make('doomed'),
    open: await make('open'),
  };
  await kms.send(new EnableKeyRotationCommand({ KeyId: keys.rotated }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keys.doomed, PendingWindowInDays: 7 }));
  const Policy = openTo('kms:Encrypt', '*');
  await kms.send(new PutKeyPolicyCommand({ KeyId: keys.open, PolicyName: 'default', Policy }));
  return keys;
}
