import type { Actor } from './change.ts';
import { MISSING_DAY, weekday } from './days.ts';
import { randomFor, timeOf } from './logins.ts';
import { bucketName, DEVELOPMENT, IRELAND, PRODUCTION, READ_ROLE, roleArn } from './names.ts';
import { between, pick } from './random.ts';
import type { Event } from './trail-events.ts';
import { collector, reader } from './trail-story.ts';
import type { World } from './world.ts';

/** Something that happens again and again: who calls what, and between which seconds of the day. */
interface Habit {
  readonly who: Actor;
  readonly call: string;
  readonly request?: object;
  readonly response?: object;
  readonly between?: readonly [from: number, to: number];
  /** People and deployments rest on weekends. */
  readonly weekdays?: boolean;
}

const NIGHT = [3600, 6900] as const;
const RUN = [7200, 7320] as const;
const OFFICE_HOURS = [27_000, 61_000] as const;
const ALL_DAY = [0, 86_000] as const;

const machine = (role: string): Actor => ({ role, session: `i-${role.toLowerCase()}-session` });
const pipeline: Actor = { role: 'DeployPipeline', session: 'AWSCodeBuild-7c1f2a' };

function habitsOf(world: World): Readonly<Record<string, readonly Habit[]>> {
  const assumed = (service: string, role: string): Habit => ({
    who: { service: `${service}.amazonaws.com` },
    call: 'sts:AssumeRole',
    request: { roleArn: roleArn(PRODUCTION, role), roleSessionName: service },
  });
  const key = { keyId: world.id('key-arn/phi-data'), encryptionAlgorithm: 'SYMMETRIC_DEFAULT' };
  return {
    [PRODUCTION]: [
      assumed('ec2', 'PortalApp'),
      { who: machine('PortalApp'), call: 'kms:Decrypt', request: key },
      { who: machine('ImagingIngest'), call: 'kms:GenerateDataKey', request: { ...key, keySpec: 'AES_256' } },
      {
        who: machine('ClaimsWorker'),
        call: 'ssm:GetParameters',
        request: { names: ['/claims/partner'], withDecryption: true },
      },
      {
        who: { role: 'BackupOperator', session: 'AWSBackup-nightly' },
        call: 'ec2:CreateSnapshot',
        request: { description: 'nightly' },
        between: NIGHT,
      },
      { who: { user: 'backup-agent' }, call: 's3:ListBuckets', between: NIGHT },
      { who: { user: 'monitoring-exporter' }, call: 'cloudwatch:ListMetrics', request: { namespace: 'AWS/EC2' } },
      { who: collector, call: 's3:ListBuckets', between: RUN },
      { who: collector, call: 'ec2:DescribeSecurityGroups', request: { securityGroupSet: {} }, between: RUN },
      {
        who: pipeline,
        call: 'ecs:UpdateService',
        request: { service: 'portal', cluster: 'prod' },
        between: OFFICE_HOURS,
        weekdays: true,
      },
      { who: { user: 'robin.okafor' }, call: 'iam:GetAccountSummary', between: OFFICE_HOURS, weekdays: true },
      {
        who: { role: 'PlatformAdmin', session: 'sam.petrov' },
        call: 'ec2:DescribeInstances',
        request: { instancesSet: {} },
        between: OFFICE_HOURS,
        weekdays: true,
      },
    ],
    [DEVELOPMENT]: [
      { who: { user: 'ci-dev' }, call: 'ecr:GetAuthorizationToken' },
      { who: machine('DevApp'), call: 'logs:CreateLogStream', request: { logGroupName: '/dev/app' } },
      {
        who: { service: 'config.amazonaws.com' },
        call: 's3:GetBucketAcl',
        request: { bucketName: bucketName('dev-config-history') },
      },
      {
        who: { role: 'AWSServiceRoleForConfig', session: 'AWSConfig-Describe' },
        call: 'ec2:DescribeVolumes',
        request: { volumeSet: {} },
      },
      {
        who: { service: 'lambda.amazonaws.com' },
        call: 'sts:AssumeRole',
        request: { roleArn: roleArn(DEVELOPMENT, READ_ROLE), roleSessionName: 'witnessmark' },
        between: RUN,
      },
      { who: reader, call: 'ec2:DescribeInstances', request: { instancesSet: {} }, between: RUN },
      {
        who: pipeline,
        call: 'lambda:UpdateFunctionCode20150331v2',
        request: { functionName: 'intake-form' },
        between: OFFICE_HOURS,
        weekdays: true,
      },
      { who: { user: 'maria.silva' }, call: 'logs:DescribeLogGroups', between: OFFICE_HOURS, weekdays: true },
      {
        who: { user: 'jo.tanaka' },
        call: 'ec2:DescribeVolumes',
        request: { volumeSet: {} },
        between: OFFICE_HOURS,
        weekdays: true,
      },
    ],
  };
}

/** A few ordinary events of a day, a small sample of what an account of this size has. */
export function routineEvents(world: World, day: string): Event[] {
  const isWeekend = weekday(day) === 0 || weekday(day) === 6;
  return Object.entries(habitsOf(world)).flatMap(([account, habits]) => {
    const random = randomFor(day, account);
    const possible = habits.filter(
      (it) => !(isWeekend && it.weekdays === true) && !(day === MISSING_DAY && it.between === RUN),
    );
    const count = isWeekend ? 4 : between(random, 6, 9);
    return Array.from({ length: count }, (): Event => {
      const { who, call, request = null, between: [from, to] = ALL_DAY } = pick(random, possible);
      return { at: timeOf(day, between(random, from, to)), account, region: IRELAND, who, call, request };
    });
  });
}
