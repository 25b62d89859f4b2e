import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ConfigServiceClient } from '@aws-sdk/client-config-service';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { RDSClient } from '@aws-sdk/client-rds';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Json } from '../../src/model/json.ts';
import type { Emulator } from './emulator.ts';
import { ACCOUNTS, IRELAND, roleArn } from './names.ts';

/** One account in one region, for making and changing what the collector will read. */
export interface Place {
  readonly account: string;
  readonly region: string;
  readonly s3: S3Client;
  readonly iam: IAMClient;
  readonly ec2: EC2Client;
  readonly kms: KMSClient;
  readonly cloudtrail: CloudTrailClient;
  readonly config: ConfigServiceClient;
  readonly rds: RDSClient;
  readonly secrets: SecretsManagerClient;
  readonly lambda: LambdaClient;
  readonly balancers: ElasticLoadBalancingV2Client;
  readonly tables: DynamoDBClient;
  readonly logs: CloudWatchLogsClient;
  readonly alarms: CloudWatchClient;
  readonly images: ECRClient;
  readonly topics: SNSClient;
  readonly queues: SQSClient;
}

/** The emulated organisation. */
export interface World {
  in(account: string, region?: string): Place;
  /** Puts the emulator's clock to a time. */
  at(time: string): Promise<void>;
  /** Ids that the emulator gave, by our names: `vpc/prod-core`. Throws for a name that is not there. */
  id(name: string): string;
  remember(name: string, id: string | undefined): string;
  /** Settings that the emulator has no room for, by names such as `public-access/111122223333`. */
  readonly kept: Map<string, Json>;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Ways into both accounts, past the proxy. */
export async function worldOf(emulator: Emulator): Promise<World> {
  const keys = new Map<string, Keys>();
  for (const account of ACCOUNTS) keys.set(account, await assumed(emulator.url, roleArn(account, 'seeding')));
  const places = new Map<string, Place>();
  const ids = new Map<string, string>();
  return {
    in(account, region = IRELAND) {
      const credentials = keys.get(account);
      if (credentials === undefined) throw new Error(`no credentials for account ${account}`);
      const place =
        places.get(`${account} ${region}`) ?? placeOf({ endpoint: emulator.url, account, region, credentials });
      places.set(`${account} ${region}`, place);
      return place;
    },
    at: (time) => emulator.setTime(time),
    id(name) {
      const id = ids.get(name);
      if (id === undefined) throw new Error(`the organisation has no ${name}`);
      return id;
    },
    remember(name, id) {
      if (id === undefined) throw new Error(`the emulator gave no id for ${name}`);
      ids.set(name, id);
      return id;
    },
    kept: new Map(),
  };
}

/** Credentials of a role. The emulator asks no questions; it keeps accounts apart by the role's ARN. */
export async function assumed(endpoint: string, role: string): Promise<Keys> {
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nobody' };
  const sts = new STSClient({ endpoint, region: IRELAND, credentials });
  const answer = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'witnessmark' }));
  sts.destroy();
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

interface PlaceOptions {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly credentials: Keys;
}

function placeOf({ account, ...options }: PlaceOptions): Place {
  const config = { ...options, maxAttempts: 1 };
  return {
    account,
    region: options.region,
    s3: new S3Client(config),
    iam: new IAMClient(config),
    ec2: new EC2Client(config),
    kms: new KMSClient(config),
    cloudtrail: new CloudTrailClient(config),
    config: new ConfigServiceClient(config),
    rds: new RDSClient(config),
    secrets: new SecretsManagerClient(config),
    lambda: new LambdaClient(config),
    balancers: new ElasticLoadBalancingV2Client(config),
    tables: new DynamoDBClient(config),
    logs: new CloudWatchLogsClient(config),
    alarms: new CloudWatchClient(config),
    images: new ECRClient(config),
    topics: new SNSClient(config),
    queues: new SQSClient(config),
  };
}
