import { PutBucketReplicationCommand } from '@aws-sdk/client-s3';
import { bucketArn, bucketName, PRODUCTION, roleArn } from './names.ts';
import type { World } from './world.ts';

/** Buckets with health records, of which a copy is kept in the second region. */
const COPIED = ['prod-phi-records', 'prod-phi-documents'];

/** Copies buckets to the second region, and tells EventBridge of what happens in them. */
export async function linkBuckets(world: World): Promise<void> {
  await world.at('2024-11-04T14:10:00Z');
  const { s3 } = world.in(PRODUCTION);
  for (const name of COPIED) {
    const Bucket = bucketName(name);
    const rule = {
      ID: 'recovery',
      Priority: 1,
      Status: 'Enabled' as const,
      Filter: { Prefix: '' },
      DeleteMarkerReplication: { Status: 'Disabled' as const },
      Destination: { Bucket: bucketArn('prod-dr-records') },
    };
    const ReplicationConfiguration = { Role: roleArn(PRODUCTION, 'BackupOperator'), Rules: [rule] };
    await s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
    world.kept.set(`eventbridge/${Bucket}`, true);
  }
}
