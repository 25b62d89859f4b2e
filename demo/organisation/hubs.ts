import { DescribeFlowLogsCommand, DescribeVpcsCommand, GetEbsEncryptionByDefaultCommand } from '@aws-sdk/client-ec2';
import { DescribeKeyCommand, GetKeyRotationStatusCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { hasMacie, UNMANAGED } from './config-rules.ts';
import { type Detector, detectorName } from './detectors.ts';
import { IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import { runningIn } from './servers.ts';
import type { Place, World } from './world.ts';

/** Security Hub in a region. A type, not an interface, so that it is JSON. */
export type Hub = { readonly since: string; readonly standard: 'READY' | 'INCOMPLETE' };

export const hubName = (account: string, region: string): string => `hub/${account}/${region}`;

/** Security Hub runs in production; development follows in the period. */
export function seedHubs(world: World): Promise<void> {
  const first: Hub = { since: '2024-02-07T10:20:00.000Z', standard: 'READY' };
  world.kept.set(hubName(PRODUCTION, IRELAND), first);
  world.kept.set(hubName(PRODUCTION, VIRGINIA), { ...first, since: '2024-11-04T13:50:00.000Z' });
  return Promise.resolve();
}

/** What a control says about one resource. */
export interface ControlResult {
  readonly type: string;
  readonly id: string;
  readonly passed: boolean;
}

/** A control of the standard with what it says about a place on a day. */
export interface Control {
  readonly id: string;
  readonly title: string;
  readonly severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
  judge(world: World, place: Place, now: string): Promise<ControlResult[]>;
}

const ofAccount = ({ account }: Place, passed: boolean): ControlResult[] => [
  { type: 'AwsAccount', id: `AWS::::Account:${account}`, passed },
];
const instanceArn = ({ account, region }: Place, id: string): string =>
  `arn:aws:ec2:${region}:${account}:instance/${id}`;

/** When AWS ended or ends its support of a runtime; the others are supported for longer than the period. */
const ENDED: Readonly<Record<string, string>> = { 'nodejs20.x': '2026-04-30', 'python3.10': '2026-10-31' };

/** Controls that are on, in the words of the company; EC2.10 beside them is switched off. */
export const CONTROLS: readonly Control[] = [
  {
    id: 'Account.1',
    title: 'Security contact information is there for the account',
    severity: 'MEDIUM',
    judge: (_, place) => Promise.resolve(ofAccount(place, true)),
  },
  { id: 'EC2.6', title: 'VPCs have flow logs', severity: 'MEDIUM', judge: flowLogs },
  {
    id: 'EC2.7',
    title: 'EBS volumes are encrypted by default',
    severity: 'MEDIUM',
    async judge(_, place) {
      const { EbsEncryptionByDefault } = await place.ec2.send(new GetEbsEncryptionByDefaultCommand({}));
      return ofAccount(place, EbsEncryptionByDefault === true);
    },
  },
  {
    id: 'EC2.8',
    title: 'EC2 instances use the second version of the metadata service',
    severity: 'HIGH',
    async judge(_, place) {
      const instances = await runningIn(place);
      return instances.map(({ id, tokens }) => ({
        type: 'AwsEc2Instance',
        id: instanceArn(place, id),
        passed: tokens === 'required',
      }));
    },
  },
  {
    id: 'GuardDuty.1',
    title: 'GuardDuty is on',
    severity: 'HIGH',
    judge(world, place) {
      const detector = world.kept.get(detectorName(place.account, place.region)) as Detector | undefined;
      return Promise.resolve(ofAccount(place, detector?.enabled === true));
    },
  },
  { id: 'KMS.4', title: 'Rotation of KMS keys is on', severity: 'MEDIUM', judge: rotation },
  {
    id: 'Lambda.2',
    title: 'Lambda functions have supported runtimes',
    severity: 'MEDIUM',
    async judge(_, { lambda }, now) {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      return Functions.map(({ FunctionArn = '', Runtime = '' }) => ({
        type: 'AwsLambdaFunction',
        id: FunctionArn,
        passed: now.slice(0, 10) < (ENDED[Runtime] ?? '9999'),
      }));
    },
  },
  {
    id: 'Macie.1',
    title: 'Macie is on',
    severity: 'MEDIUM',
    judge: (_, place, now) =>
      Promise.resolve(ofAccount(place, place.account === PRODUCTION && hasMacie(now.slice(0, 10)))),
  },
  {
    id: 'RDS.2',
    title: 'DB instances are not public',
    severity: 'CRITICAL',
    judge: databases('PubliclyAccessible', false),
  },
  {
    id: 'RDS.3',
    title: 'DB instances are encrypted at rest',
    severity: 'MEDIUM',
    judge: databases('StorageEncrypted', true),
  },
  {
    id: 'SSM.1',
    title: 'EC2 instances are managed by Systems Manager',
    severity: 'MEDIUM',
    async judge(world, place) {
      const unmanaged = UNMANAGED.map((it) => world.id(`instance/${it}`));
      const instances = await runningIn(place);
      return instances.map(({ id }) => ({
        type: 'AwsEc2Instance',
        id: instanceArn(place, id),
        passed: !unmanaged.includes(id),
      }));
    },
  },
];

function databases(setting: 'PubliclyAccessible' | 'StorageEncrypted', good: boolean): Control['judge'] {
  return async (_, { rds }) => {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map((it) => ({
      type: 'AwsRdsDbInstance',
      id: it.DBInstanceArn ?? '',
      passed: it[setting] === good,
    }));
  };
}

async function flowLogs(_: World, { ec2, account, region }: Place): Promise<ControlResult[]> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const { FlowLogs = [] } = await ec2.send(new DescribeFlowLogsCommand({}));
  return Vpcs.map(({ VpcId = '' }) => ({
    type: 'AwsEc2Vpc',
    id: `arn:aws:ec2:${region}:${account}:vpc/${VpcId}`,
    passed: FlowLogs.some((it) => it.ResourceId === VpcId),
  }));
}

async function rotation(_: World, { kms }: Place): Promise<ControlResult[]> {
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const results: ControlResult[] = [];
  for (const { KeyId } of Keys) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    const isJudged =
      KeyMetadata?.KeyManager === 'CUSTOMER' && KeyMetadata.Enabled && KeyMetadata.KeySpec === 'SYMMETRIC_DEFAULT';
    if (!isJudged) continue;
    const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    results.push({ type: 'AwsKmsKey', id: KeyMetadata.Arn ?? '', passed: KeyRotationEnabled === true });
  }
  return results;
}
