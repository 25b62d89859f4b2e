import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { bucketArn, bucketName, DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import type { Place, World } from './world.ts';

/** What sets a bucket apart; the rest is as AWS makes buckets since 2023 (AES256, no ACLs, all public access blocked). */
interface Bucket {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: string;
  /** Key of the default encryption, by our name; AES256 without one. */
  readonly key?: string;
  readonly versioned?: boolean;
  readonly lockDays?: number;
  readonly logged?: boolean;
  readonly lifecycle?: boolean;
  readonly tls?: boolean;
  readonly open?: boolean;
  /** A service that writes to the bucket. */
  readonly service?: string;
}

const prod = { account: PRODUCTION, region: IRELAND };
const dev = { account: DEVELOPMENT, region: IRELAND };
const whole = { versioned: true, logged: true, lifecycle: true, tls: true };
const sixYears = 2192;
const LOGGING = 'logging.s3.amazonaws.com';

const BUCKETS: readonly Bucket[] = [
  {
    ...prod,
    name: 'prod-access-logs',
    created: '2024-02-05T09:12:44Z',
    lifecycle: true,
    tls: true,
    versioned: true,
    service: LOGGING,
  },
  {
    ...prod,
    region: VIRGINIA,
    name: 'prod-access-logs-us',
    created: '2024-11-04T12:45:37Z',
    lifecycle: true,
    tls: true,
    versioned: true,
    service: LOGGING,
  },
  {
    ...prod,
    name: 'prod-cloudtrail-logs',
    created: '2024-02-05T09:20:03Z',
    ...whole,
    key: 'cloudtrail',
    lockDays: sixYears,
    service: 'cloudtrail.amazonaws.com',
  },
  { ...prod, name: 'prod-config-history', created: '2024-02-05T09:31:18Z', ...whole, service: 'config.amazonaws.com' },
  { ...prod, name: 'prod-phi-records', created: '2024-02-12T14:02:51Z', ...whole, key: 'phi-data', lockDays: sixYears },
  {
    ...prod,
    name: 'prod-phi-documents',
    created: '2024-02-12T14:05:27Z',
    ...whole,
    key: 'phi-data',
    lockDays: sixYears,
  },
  {
    ...prod,
    name: 'prod-imaging-archive',
    created: '2024-05-21T11:40:09Z',
    ...whole,
    key: 'phi-data',
    lockDays: sixYears,
  },
  { ...prod, name: 'prod-claims-exports', created: '2024-06-03T08:18:55Z', ...whole, key: 'phi-data' },
  { ...prod, name: 'prod-db-backups', created: '2024-02-19T16:47:30Z', ...whole, key: 'phi-backups', lockDays: 35 },
  { ...prod, name: 'prod-portal-assets', created: '2024-03-11T10:11:12Z', ...whole },
  {
    ...prod,
    name: 'prod-partner-landing',
    created: '2024-09-16T12:33:41Z',
    versioned: true,
    logged: true,
    key: 'phi-data',
    lifecycle: true,
  },
  { ...prod, name: 'prod-status-page', created: '2025-01-22T15:08:20Z', versioned: true, tls: true, open: true },
  { ...prod, name: 'prod-flow-logs', created: '2024-02-05T10:02:36Z', ...whole },
  {
    ...prod,
    region: VIRGINIA,
    name: 'prod-dr-records',
    created: '2024-11-04T13:25:02Z',
    ...whole,
    key: 'dr-data',
    lockDays: sixYears,
  },
  {
    ...prod,
    region: VIRGINIA,
    name: 'prod-lambda-artifacts',
    created: '2024-04-08T07:59:14Z',
    versioned: true,
    tls: true,
    lifecycle: true,
  },
  {
    ...dev,
    name: 'dev-access-logs',
    created: '2024-03-04T09:02:10Z',
    tls: true,
    lifecycle: true,
    service: LOGGING,
    versioned: true,
  },
  {
    ...dev,
    name: 'dev-cloudtrail-logs',
    created: '2024-03-04T09:10:47Z',
    versioned: true,
    tls: true,
    lifecycle: true,
    service: 'cloudtrail.amazonaws.com',
  },
  {
    ...dev,
    name: 'dev-config-history',
    created: '2024-03-04T09:22:31Z',
    tls: true,
    versioned: true,
    service: 'config.amazonaws.com',
  },
  {
    ...dev,
    name: 'dev-build-artifacts',
    created: '2024-03-18T10:44:05Z',
    tls: true,
    versioned: true,
    logged: true,
    lifecycle: true,
  },
  { ...dev, name: 'dev-synthetic-records', created: '2024-07-01T13:13:13Z', ...whole, key: 'dev-data' },
  { ...dev, name: 'dev-load-test-results', created: '2025-02-24T08:50:39Z', versioned: true },
  { ...dev, name: 'dev-sandbox-uploads', created: '2025-10-07T17:21:56Z', open: true },
  { ...dev, region: VIRGINIA, name: 'dev-ml-experiments', created: '2025-05-12T11:05:48Z', tls: true, versioned: true },
];

/** Makes every bucket with its settings. Keys have to be there already. */
export async function seedBuckets(world: World): Promise<void> {
  for (const bucket of BUCKETS) {
    await world.at(bucket.created);
    const place = world.in(bucket.account, bucket.region);
    await create(place, bucket);
    await protect(world, place, bucket);
    await keep(place, bucket);
  }
  // Logs go to buckets that have to be there first.
  for (const bucket of BUCKETS.filter((it) => it.logged)) {
    await world.at(bucket.created);
    await logTo(world.in(bucket.account, bucket.region), bucket);
  }
}

async function create({ s3 }: Place, { name, region, lockDays }: Bucket): Promise<void> {
  const Bucket = bucketName(name);
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      ...(region === VIRGINIA ? {} : { CreateBucketConfiguration: { LocationConstraint: IRELAND } }),
      ...(lockDays === undefined ? {} : { ObjectLockEnabledForBucket: true }),
    }),
  );
  const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
}

async function protect(world: World, { s3 }: Place, bucket: Bucket): Promise<void> {
  const Bucket = bucketName(bucket.name);
  const byDefault =
    bucket.key === undefined
      ? { SSEAlgorithm: 'AES256' as const }
      : { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: world.id(`key-arn/${bucket.key}`) };
  const rule = { ApplyServerSideEncryptionByDefault: byDefault, BucketKeyEnabled: bucket.key !== undefined };
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  if (bucket.open !== true) await blockPublicAccess(s3, Bucket);
  const statements = statementsOf(bucket);
  if (statements.length === 0) return;
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

/** All four settings on, as AWS gives new buckets. */
export async function blockPublicAccess(s3: Place['s3'], Bucket: string): Promise<void> {
  const all = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: all }));
}

function statementsOf({ name, account, tls, open, service }: Bucket): object[] {
  const arn = bucketArn(name);
  const tlsOnly = {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  const delivery = {
    Sid: 'Delivery',
    Effect: 'Allow',
    Principal: { Service: service },
    Action: service === LOGGING ? ['s3:PutObject'] : ['s3:GetBucketAcl', 's3:PutObject'],
    Resource: service === LOGGING ? `${arn}/*` : [arn, `${arn}/AWSLogs/${account}/*`],
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
  const page = { Sid: 'PublicPage', Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `${arn}/*` };
  return [
    ...(service === undefined ? [] : [delivery]),
    ...(tls === true ? [tlsOnly] : []),
    ...(open === true && tls === true ? [page] : []),
  ];
}

async function keep({ s3 }: Place, { name, versioned, lockDays, lifecycle }: Bucket): Promise<void> {
  const Bucket = bucketName(name);
  if (versioned === true && lockDays === undefined)
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  if (lockDays !== undefined) {
    const DefaultRetention = { Mode: 'COMPLIANCE' as const, Days: lockDays };
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule: { DefaultRetention } };
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
  }
  if (lifecycle !== true) return;
  const rule = {
    ID: 'expire-old-versions',
    Status: 'Enabled' as const,
    Filter: { Prefix: '' },
    NoncurrentVersionExpiration: { NoncurrentDays: 365 },
  };
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }));
}

async function logTo({ s3 }: Place, { name, account, region }: Bucket): Promise<void> {
  const TargetBucket = bucketName(
    account === DEVELOPMENT ? 'dev-access-logs' : region === VIRGINIA ? 'prod-access-logs-us' : 'prod-access-logs',
  );
  const LoggingEnabled = { TargetBucket, TargetPrefix: `${bucketName(name)}/` };
  await s3.send(new PutBucketLoggingCommand({ Bucket: bucketName(name), BucketLoggingStatus: { LoggingEnabled } }));
}
