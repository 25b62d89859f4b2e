import {
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyImageAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { REGION } from '../moto.ts';
import { type Config, named } from './shared.ts';

export interface Machines {
  readonly instances: { readonly strict: string; readonly lax: string };
  readonly volumes: { readonly encrypted: string; readonly plain: string };
  readonly snapshots: { readonly kept: string; readonly shared: string };
  readonly images: { readonly own: string; readonly shared: string };
}

/** Instances, volumes, snapshots and images, good before bad. */
export async function seedMachines(config: Config, key: string): Promise<Machines> {
  const ec2 = new EC2Client(config);
  await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
  const volumes = { encrypted: await makeVolume(ec2, key), plain: await makeVolume(ec2) };
  const instances = { strict: await start(ec2, 'required'), lax: await start(ec2, 'optional') };
  const snapshots = { kept: await snapshot(ec2, volumes.encrypted), shared: await snapshot(ec2, volumes.plain) };
  const everyone = { OperationType: 'add' as const, GroupNames: ['all'], Attribute: 'createVolumePermission' as const };
  await ec2.send(new ModifySnapshotAttributeCommand({ ...everyone, SnapshotId: snapshots.shared }));
  const images = { own: await image(ec2, instances.strict, 'own'), shared: await image(ec2, instances.lax, 'shared') };
  const LaunchPermission = { Add: [{ Group: 'all' as const }] };
  await ec2.send(new ModifyImageAttributeCommand({ ImageId: images.shared, LaunchPermission }));
  return { instances, volumes, snapshots, images };
}

async function makeVolume(ec2: EC2Client, KmsKeyId?: string): Promise<string> {
  const of = KmsKeyId === undefined ? { Encrypted: false } : { Encrypted: true, KmsKeyId };
  const made = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 8, ...of }));
  return named(made.VolumeId);
}

async function start(ec2: EC2Client, HttpTokens: 'required' | 'optional'): Promise<string> {
  const made = await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1, MetadataOptions: { HttpTokens } }),
  );
  const InstanceId = named(made.Instances?.[0]?.InstanceId);
  await ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens, HttpEndpoint: 'enabled' }));
  return InstanceId;
}

const snapshot = async (ec2: EC2Client, VolumeId: string): Promise<string> =>
  named((await ec2.send(new CreateSnapshotCommand({ VolumeId }))).SnapshotId);

const image = async (ec2: EC2Client, InstanceId: string, Name: string): Promise<string> =>
  named((await ec2.send(new CreateImageCommand({ InstanceId, Name }))).ImageId);
