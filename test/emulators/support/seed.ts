import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import {
  ConfigServiceClient,
  PutConfigRuleCommand,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
} from '@aws-sdk/client-config-service';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateFlowLogsCommand,
  CreateSecurityGroupCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  EC2Client,
  EnableEbsEncryptionByDefaultCommand,
  ModifyInstanceMetadataOptionsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
  UpdateAccountPasswordPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateKeyCommand,
  EnableKeyRotationCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { ANY_KEY, HOME, MEMBER, REGION } from './moto.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface Config {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
}

const configOf = (endpoint: string, credentials: Credentials = ANY_KEY, region = REGION): Config => ({
  endpoint,
  region,
  credentials,
  maxAttempts: 1,
});

const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const tlsOnly = (bucket: string): string =>
  policy({
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });

const publicRead = (bucket: string): string =>
  policy({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/*` });

const trusts = (principal: object | string): string =>
  policy({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' });

/** What was made, by the names that the tests expect outcomes for. */
export interface Seeded {
  readonly instances: { readonly strict: string; readonly lax: string };
  readonly volumes: { readonly encrypted: string; readonly plain: string };
  readonly groups: { readonly open: string; readonly closed: string };
  readonly vpcs: { readonly logged: string; readonly unlogged: string };
  readonly keys: {
    readonly rotated: string;
    readonly unrotated: string;
    readonly doomed: string;
    readonly open: string;
  };
}

/** Two accounts with one good and one bad resource of each kind: one in its own right, one through a role. */
export async function seed(endpoint: string): Promise<Seeded> {
  const config = configOf(endpoint);
  const keys = await seedKeys(config);
  await seedBuckets(config, keys.rotated);
  await seedIdentities(config);
  const network = await seedNetwork(config, keys.rotated);
  await seedRecords(config, keys.rotated);
  await seedMember(configOf(endpoint, await assumed(endpoint, 'Seeder')));
  return { ...network, keys };
}

async function assumed(endpoint: string, role: string): Promise<Credentials> {
  const sts = new STSClient(configOf(endpoint));
  const RoleArn = `arn:aws:iam::${MEMBER}:role/${role}`;
  const { Credentials: made } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'seed' }));
  if (!made?.AccessKeyId || !made.SecretAccessKey || !made.SessionToken) throw new Error('moto gave no credentials');
  return { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey, sessionToken: made.SessionToken };
}

async function seedKeys(config: Config): Promise<Seeded['keys']> {
  const kms = new KMSClient(config);
  // By its id: moto does not delete keys by ARN.
  const make = async (Description: string): Promise<string> =>
    named((await kms.send(new CreateKeyCommand({ Description, KeyUsage: 'ENCRYPT_DECRYPT' }))).KeyMetadata?.KeyId);
  const [rotated, unrotated, doomed, open] = [
    await make('rotated'),
    await make('unrotated'),
    await make('doomed'),
    await make('open'),
  ];
  await kms.send(new EnableKeyRotationCommand({ KeyId: rotated }));
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: doomed, PendingWindowInDays: 7 }));
  const everyone = policy({ Sid: 'Everyone', Effect: 'Allow', Principal: '*', Action: 'kms:Encrypt', Resource: '*' });
  await kms.send(new PutKeyPolicyCommand({ KeyId: open, PolicyName: 'default', Policy: everyone }));
  return { rotated, unrotated, doomed, open };
}

async function seedBuckets(config: Config, key: string): Promise<void> {
  const s3 = new S3Client(config);
  for (const Bucket of ['wm-good', 'wm-open', 'wm-logs']) await makeBucket(s3, Bucket);
  const Bucket = 'wm-good';
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: tlsOnly(Bucket) }));
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }],
      },
    }),
  );
  const blocked = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: blocked }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [{ ID: 'year', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 365 } }],
      },
    }),
  );
  await allowLogDelivery(s3, 'wm-logs');
  const LoggingEnabled = { TargetBucket: 'wm-logs', TargetPrefix: 'good/' };
  await s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
  await s3.send(new PutBucketPolicyCommand({ Bucket: 'wm-open', Policy: publicRead('wm-open') }));
  await s3.send(new PutBucketAclCommand({ Bucket: 'wm-open', ACL: 'public-read' }));
}

async function makeBucket(s3: S3Client, Bucket: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
}

/** moto, as AWS once did, wants the log delivery group in the target's ACL. */
async function allowLogDelivery(s3: S3Client, Bucket: string): Promise<void> {
  const group = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
  await s3.send(new PutBucketAclCommand({ Bucket, GrantWrite: group, GrantReadACP: group }));
}

async function seedIdentities(config: Config): Promise<void> {
  const iam = new IAMClient(config);
  for (const UserName of ['alice', 'bob']) await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new CreateLoginProfileCommand({ UserName: 'alice', Password: 'correct horse 1 Battery!' }));
  for (let keys = 0; keys < 2; keys++) await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
  const admin = policy({ Effect: 'Allow', Action: '*', Resource: '*' });
  const reader = policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::wm-good/*' });
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'everything', PolicyDocument: admin }));
  await iam.send(new CreatePolicyCommand({ PolicyName: 'reader', PolicyDocument: reader }));
  await iam.send(new AttachUserPolicyCommand({ UserName: 'bob', PolicyArn: named(Policy?.Arn) }));
  const roles = { anyone: trusts('*'), auditor: trusts({ AWS: `arn:aws:iam::${HOME}:root` }) };
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles))
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  await iam.send(
    new UpdateAccountPasswordPolicyCommand({
      MinimumPasswordLength: 16,
      PasswordReusePrevention: 24,
      RequireSymbols: true,
    }),
  );
}

async function seedNetwork(config: Config, key: string): Promise<Omit<Seeded, 'keys'>> {
  const ec2 = new EC2Client(config);
  const makeVpc = async (CidrBlock: string) => named((await ec2.send(new CreateVpcCommand({ CidrBlock }))).Vpc?.VpcId);
  const vpcs = { logged: await makeVpc('10.1.0.0/16'), unlogged: await makeVpc('10.2.0.0/16') };
  await ec2.send(
    new CreateFlowLogsCommand({
      ResourceIds: [vpcs.logged],
      ResourceType: 'VPC',
      TrafficType: 'ALL',
      LogDestinationType: 's3',
      LogDestination: 'arn:aws:s3:::wm-logs',
    }),
  );
  const makeGroup = async (GroupName: string) =>
    named(
      (await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId: vpcs.logged })))
        .GroupId,
    );
  const groups = { open: await makeGroup('open'), closed: await makeGroup('closed') };
  const opened = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 };
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: groups.open,
      IpPermissions: [{ ...opened, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  );
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: groups.closed,
      IpPermissions: [{ ...opened, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    }),
  );
  const makeVolume = async (Encrypted: boolean) => {
    const of = Encrypted ? { Encrypted, KmsKeyId: key } : { Encrypted };
    return named(
      (await ec2.send(new CreateVolumeCommand({ AvailabilityZone: `${REGION}a`, Size: 8, ...of }))).VolumeId,
    );
  };
  const volumes = { encrypted: await makeVolume(true), plain: await makeVolume(false) };
  await ec2.send(new EnableEbsEncryptionByDefaultCommand({}));
  return { instances: await seedInstances(ec2), volumes, groups, vpcs };
}

async function seedInstances(ec2: EC2Client): Promise<Seeded['instances']> {
  const start = async (HttpTokens: 'required' | 'optional') => {
    const made = await ec2.send(
      new RunInstancesCommand({ ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1, MetadataOptions: { HttpTokens } }),
    );
    const InstanceId = named(made.Instances?.[0]?.InstanceId);
    await ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens, HttpEndpoint: 'enabled' }));
    return InstanceId;
  };
  return { strict: await start('required'), lax: await start('optional') };
}

async function seedRecords(config: Config, key: string): Promise<void> {
  const cloudtrail = new CloudTrailClient(config);
  const trail = { S3BucketName: 'wm-logs', IncludeGlobalServiceEvents: true };
  await cloudtrail.send(
    new CreateTrailCommand({
      ...trail,
      Name: 'main',
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
      KmsKeyId: key,
    }),
  );
  await cloudtrail.send(new StartLoggingCommand({ Name: 'main' }));
  await cloudtrail.send(new CreateTrailCommand({ ...trail, Name: 'idle' }));
  const service = new ConfigServiceClient(config);
  const recorder = { name: 'default', roleARN: `arn:aws:iam::${HOME}:role/auditor` };
  const recordingGroup = { allSupported: true, includeGlobalResourceTypes: true };
  await service.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { ...recorder, recordingGroup } }));
  await service.send(new PutDeliveryChannelCommand({ DeliveryChannel: { name: 'default', s3BucketName: 'wm-logs' } }));
  await service.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName: 'default' }));
  const Source = { Owner: 'AWS', SourceIdentifier: 'S3_BUCKET_SSL_REQUESTS_ONLY' } as const;
  await service.send(new PutConfigRuleCommand({ ConfigRule: { ConfigRuleName: 'tls', Source } }));
}

async function seedMember(config: Config): Promise<void> {
  await makeBucket(new S3Client(config), 'wm-member');
  await new IAMClient(config).send(new CreateUserCommand({ UserName: 'carol' }));
}

/** A user with a key of its own, who may do `allowed` and may not do `denied`. */
export async function seedLimitedUser(
  endpoint: string,
  { name, allowed, denied }: { name: string; allowed: readonly string[]; denied: readonly string[] },
): Promise<Credentials> {
  const iam = new IAMClient(configOf(endpoint));
  await iam.send(new CreateUserCommand({ UserName: name }));
  const document = policy(
    { Effect: 'Allow', Action: allowed, Resource: '*' },
    { Effect: 'Deny', Action: denied, Resource: '*' },
  );
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'limits', PolicyDocument: document }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { accessKeyId: named(AccessKey?.AccessKeyId), secretAccessKey: named(AccessKey?.SecretAccessKey) };
}

function named(id: string | undefined): string {
  if (id === undefined) throw new Error('moto gave no id');
  return id;
}
