import { CreateImageCommand, CreateSnapshotCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import { DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import type { World } from './world.ts';

/** Snapshots of all volumes of an instance. */
const SNAPSHOTS = [
  { server: 'claims-worker-1', account: PRODUCTION, region: IRELAND, taken: '2026-09-20T03:00:00Z' },
  { server: 'imaging-ingest-1', account: PRODUCTION, region: IRELAND, taken: '2026-09-20T03:10:00Z' },
  { server: 'recovery-db-1', account: PRODUCTION, region: VIRGINIA, taken: '2026-09-20T03:20:00Z' },
  { server: 'sandbox-notebook-1', account: DEVELOPMENT, region: VIRGINIA, taken: '2026-09-15T16:02:41Z' },
];

const IMAGES = [
  { name: 'portal-app-2026-08', server: 'portal-app-1', account: PRODUCTION, taken: '2026-08-24T04:40:00Z' },
  { name: 'dev-app-2026-09', server: 'dev-app-1', account: DEVELOPMENT, taken: '2026-09-04T08:15:00Z' },
];

/** Takes snapshots and makes images; remembers `image/<name>` and `snapshot/<server>/<n>`. */
export async function seedSnapshots(world: World): Promise<void> {
  for (const { server, account, region, taken } of SNAPSHOTS) {
    await world.at(taken);
    const { ec2 } = world.in(account, region);
    const Filters = [{ Name: 'attachment.instance-id', Values: [world.id(`instance/${server}`)] }];
    const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
    for (const [index, { VolumeId }] of Volumes.entries()) {
      const Name = `${server}-${index + 1}`;
      const TagSpecifications = [{ ResourceType: 'snapshot' as const, Tags: [{ Key: 'Name', Value: Name }] }];
      const made = await ec2.send(new CreateSnapshotCommand({ VolumeId, Description: Name, TagSpecifications }));
      world.remember(`snapshot/${server}/${index + 1}`, made.SnapshotId);
    }
  }
  for (const { name, server, account, taken } of IMAGES) {
    await world.at(taken);
    const { ec2 } = world.in(account);
    const made = await ec2.send(new CreateImageCommand({ InstanceId: world.id(`instance/${server}`), Name: name }));
    world.remember(`image/${name}`, made.ImageId);
  }
}
