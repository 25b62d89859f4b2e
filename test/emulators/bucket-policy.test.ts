import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { DeleteObjectCommand, GetBucketPolicyCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { s3Objects } from '../../src/adapters/aws/s3/objects.ts';
import { newBucket } from './support/buckets.ts';
import { forThisFile } from './support/for-this-file.ts';
import { MINISTACK_KEY, ministackS3, startMinistack } from './support/ministack.ts';
import { REGION } from './support/moto.ts';
import { ROOT } from './support/run.ts';

const ministack = await forThisFile(startMinistack({ AUTH: 'true' }));
const { endpoint } = ministack;
const root = ministackS3(ministack);
const iam = new IAMClient({ endpoint, region: REGION, credentials: MINISTACK_KEY });
const writer = new S3Client({ endpoint, region: REGION, credentials: await userMayAll(), forcePathStyle: true });
afterAll(() => {
  for (const it of [root, iam, writer]) it.destroy();
});

/** A user whose own policy allows everything in S3. */
async function userMayAll(): Promise<{ accessKeyId: string; secretAccessKey: string }> {
  const UserName = 'writer';
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'all', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

interface Policy {
  readonly Version: string;
  readonly Statement: readonly { readonly Sid: string }[];
}

async function policyFor(bucket: string): Promise<Policy> {
  const text = await readFile(join(ROOT, 'templates/store-bucket-policy.json'), 'utf8');
  return JSON.parse(text.replaceAll('BUCKET', bucket)) as Policy;
}

// The emulator evaluates no condition on transport and on conditional writes, so those statements are only taken here.
describe('the policy of a store’s bucket', () => {
  it('is taken, and leaves a store all that it does while nobody can delete', async () => {
    const bucket = await newBucket(root);
    const { Version, Statement } = await policyFor(bucket);
    expect(Statement.map((it) => it.Sid)).toEqual([
      ...['TlsOnly', 'NothingIsDeleted', 'NoVersionIsDeleted', 'NothingIsReplaced', 'WhatIsReplacedIsSwapped'],
    ]);
    const put = (statements: Policy['Statement']) => {
      const Policy = JSON.stringify({ Version, Statement: statements });
      return root.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    };
    await put(Statement);
    const { Policy: stored } = await root.send(new GetBucketPolicyCommand({ Bucket: bucket }));
    expect(JSON.parse(stored ?? '')).toEqual({ Version, Statement });
    await put(Statement.filter((it) => it.Sid.endsWith('IsDeleted')));

    const objects = s3Objects({ client: writer, bucket });
    expect(await objects.create('batch/0', Buffer.from('1'))).toBe('created');
    expect(await objects.replace('checkpoint', Buffer.from('1'), undefined)).toBe('replaced');
    const version = (await objects.get('checkpoint'))?.version;
    expect(await objects.replace('checkpoint', Buffer.from('2'), version)).toBe('replaced');
    expect(await Array.fromAsync(objects.list(''))).toEqual(['batch/0', 'checkpoint']);
    const deleted = writer.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'batch/0' }));
    await expect(deleted).rejects.toThrow(expect.objectContaining({ name: 'AccessDenied' }));
    // A control of the user's own is theirs to take away.
    await objects.create('custom/own.yaml', Buffer.from('1'));
    await writer.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'custom/own.yaml' }));
    expect(await objects.get('custom/own.yaml')).toBeUndefined();
  });

  it('of a user who may not is a denial from every operation, never an absence', async () => {
    const bucket = await newBucket(root);
    const everything = {
      Sid: 'Nothing',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everything] });
    await root.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    const objects = s3Objects({ client: writer, bucket });
    const denied = expect.objectContaining({ code: 'objects-denied' });
    await expect(objects.get('a')).rejects.toThrow(denied);
    await expect(objects.create('a', Buffer.from('1'))).rejects.toThrow(denied);
    await expect(objects.replace('a', Buffer.from('1'), undefined)).rejects.toThrow(denied);
    await expect(Array.fromAsync(objects.list(''))).rejects.toThrow(denied);
  });
});
