import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { MEMBER } from '../moto.ts';
import { blockAccount, makeBucket } from './buckets.ts';
import { type Credentials, configOf } from './shared.ts';

/** The other account: a bucket, kept from the public, and a user. */
export async function seedMember(endpoint: string): Promise<void> {
  const config = configOf(endpoint, await assumed(endpoint, 'Seeder'));
  await makeBucket(new S3Client(config), 'wm-member');
  await blockAccount(config, MEMBER);
  await new IAMClient(config).send(new CreateUserCommand({ UserName: 'carol' }));
}

async function assumed(endpoint: string, role: string): Promise<Credentials> {
  const sts = new STSClient(configOf(endpoint));
  const RoleArn = `arn:aws:iam::${MEMBER}:role/${role}`;
  const { Credentials: made } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'seed' }));
  if (!made?.AccessKeyId || !made.SecretAccessKey || !made.SessionToken) throw new Error('moto gave no credentials');
  return { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey, sessionToken: made.SessionToken };
}
