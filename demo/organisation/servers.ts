import {
  CreateVolumeCommand,
  DescribeInstancesCommand,
  EnableEbsEncryptionByDefaultCommand,
  ModifyInstanceMetadataOptionsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import type { Place, World } from './world.ts';

/** An EC2 instance with its root volume, and data volumes by their size in GiB. */
export interface Server {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly launched: string;
  readonly vpc: string;
  readonly group: string;
  readonly role?: string;
  /** Name of an EC2 key pair; the Config rule EC2_NO_AMAZON_KEY_PAIR asks for none. */
  readonly keyPair?: string;
  readonly data?: readonly number[];
  readonly publicIp?: boolean;
  readonly imdsV1?: boolean;
  readonly plainDisk?: boolean;
}

const prod = { account: PRODUCTION, region: IRELAND, vpc: 'prod-core' };
const recovery = { account: PRODUCTION, region: VIRGINIA, vpc: 'prod-recovery' };
const dev = { account: DEVELOPMENT, region: IRELAND, vpc: 'dev-core' };

const SERVERS: readonly Server[] = [
  { ...prod, name: 'portal-app-1', launched: '2026-08-25T05:10:44Z', group: 'portal-app', role: 'PortalApp' },
  { ...prod, name: 'portal-app-2', launched: '2026-08-25T05:12:09Z', group: 'portal-app', role: 'PortalApp' },
  {
    ...prod,
    name: 'claims-worker-1',
    launched: '2026-08-25T05:20:31Z',
    group: 'claims-worker',
    role: 'ClaimsWorker',
    data: [200],
  },
  {
    ...prod,
    name: 'claims-worker-2',
    launched: '2026-08-25T05:21:56Z',
    group: 'claims-worker',
    role: 'ClaimsWorker',
    data: [200],
  },
  {
    ...prod,
    name: 'imaging-ingest-1',
    launched: '2026-07-14T04:45:23Z',
    group: 'imaging-ingest',
    role: 'ImagingIngest',
    data: [500, 500],
  },
  {
    ...prod,
    name: 'reporting-legacy',
    launched: '2024-02-26T15:10:02Z',
    group: 'claims-worker',
    imdsV1: true,
    keyPair: 'reporting-2024',
  },
  {
    ...prod,
    vpc: 'prod-management',
    name: 'bastion',
    launched: '2026-06-30T06:00:00Z',
    group: 'bastion',
    publicIp: true,
    keyPair: 'operations',
  },
  { ...recovery, name: 'recovery-app-1', launched: '2026-08-26T05:05:05Z', group: 'recovery-app', role: 'PortalApp' },
  { ...recovery, name: 'recovery-db-1', launched: '2026-08-26T05:15:38Z', group: 'recovery-db', data: [500] },
  { ...dev, name: 'dev-app-1', launched: '2026-09-03T07:30:27Z', group: 'dev-app', role: 'DevApp' },
  { ...dev, name: 'dev-app-2', launched: '2026-09-03T07:31:50Z', group: 'dev-app', role: 'DevApp' },
  { ...dev, name: 'dev-build-1', launched: '2026-06-02T08:11:19Z', group: 'dev-app', data: [100] },
  { ...dev, name: 'dev-qa-1', launched: '2026-05-11T09:40:42Z', group: 'dev-app', keyPair: 'testers', imdsV1: true },
  {
    account: DEVELOPMENT,
    region: VIRGINIA,
    vpc: 'dev-sandbox',
    name: 'sandbox-notebook-1',
    launched: '2026-09-10T14:22:08Z',
    group: 'sandbox-notebooks',
    publicIp: true,
    imdsV1: true,
    plainDisk: true,
  },
];

/** Turns on encryption by default where the company did, and starts every instance. */
export async function seedServers(world: World): Promise<void> {
  await world.at('2024-03-05T08:00:00Z');
  for (const account of [PRODUCTION, DEVELOPMENT]) {
    await world.in(account, IRELAND).ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
  }
  for (const server of SERVERS) await launch(world, server);
}

/** Starts an instance; remembers `instance/<name>`. */
export async function launch(world: World, server: Server): Promise<string> {
  await world.at(server.launched);
  const place = world.in(server.account, server.region);
  const { Instances = [] } = await place.ec2.send(new RunInstancesCommand(request(world, server)));
  const [instance] = Instances;
  const id = world.remember(`instance/${server.name}`, instance?.InstanceId);
  if (server.imdsV1 !== true) await requireTokens(place, id);
  return id;
}

function request(world: World, server: Server): RunInstancesCommand['input'] {
  const { name, account, region, vpc, group, data = [] } = server;
  const KmsKeyId = diskKey(world, account, region);
  const encryption = server.plainDisk === true ? {} : { Encrypted: true, ...(KmsKeyId === null ? {} : { KmsKeyId }) };
  const disk = (device: string, VolumeSize: number) => ({
    DeviceName: device,
    Ebs: { VolumeSize, VolumeType: 'gp3' as const, DeleteOnTermination: true, ...encryption },
  });
  const tags = [{ Key: 'Name', Value: name }];
  const network = {
    DeviceIndex: 0,
    SubnetId: world.id(`subnet/${vpc}`),
    Groups: [world.id(`sg/${group}`)],
    AssociatePublicIpAddress: server.publicIp === true,
  };
  return {
    ImageId: 'ami-0abcdef1234567890',
    InstanceType: 't3.medium',
    MinCount: 1,
    MaxCount: 1,
    // The SDK would make up another one in every recording.
    ClientToken: `launch-${name}`,
    NetworkInterfaces: [network],
    BlockDeviceMappings: [disk('/dev/sda1', 30), ...data.map((size, index) => disk(`/dev/sd${'fgh'[index]}`, size))],
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tags },
      { ResourceType: 'volume', Tags: tags },
    ],
    ...(server.role === undefined ? {} : { IamInstanceProfile: { Name: server.role } }),
    ...(server.keyPair === undefined ? {} : { KeyName: server.keyPair }),
  };
}

function diskKey(world: World, account: string, region: string): string | null {
  if (account === DEVELOPMENT) return region === IRELAND ? world.id('key-arn/dev-data') : null;
  return world.id(region === IRELAND ? 'key-arn/disks' : 'key-arn/dr-data');
}

async function requireTokens({ ec2 }: Place, InstanceId: string): Promise<void> {
  const options = { HttpTokens: 'required' as const, HttpEndpoint: 'enabled' as const, HttpPutResponseHopLimit: 1 };
  await ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, ...options }));
}

/** A volume of its own, attached to nothing. */
export async function createVolume({ ec2, region }: Place, name: string, size: number): Promise<string> {
  const { VolumeId = '' } = await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: `${region}a`,
      Size: size,
      VolumeType: 'gp3',
      Encrypted: false,
      TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Name', Value: name }] }],
    }),
  );
  return VolumeId;
}

/** Instances of a place that are not terminated, with the name of their key pair and whether IMDS asks for tokens. */
export async function runningIn({ ec2 }: Place): Promise<{ id: string; keyPair: string | null; tokens: string }[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  const instances = Reservations.flatMap((it) => it.Instances ?? []);
  const live = instances.filter((it) => it.State?.Name !== 'terminated');
  return live.map((it) => ({
    id: it.InstanceId ?? '',
    keyPair: it.KeyName || null,
    tokens: it.MetadataOptions?.HttpTokens ?? 'optional',
  }));
}
