import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecurityGroupCommand, CreateVolumeCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { forEachBounded } from '../../src/collect/bounded.ts';

/** Where the population is made. */
export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Resources by CloudFormation type: 2,000 in all. */
export const POPULATION: Readonly<Record<string, number>> = {
  'AWS::DynamoDB::Table': 100,
  'AWS::EC2::Instance': 100,
  'AWS::EC2::SecurityGroup': 300,
  'AWS::EC2::Volume': 250,
  'AWS::IAM::Policy': 150,
  'AWS::IAM::Role': 200,
  'AWS::IAM::User': 300,
  'AWS::KMS::Key': 100,
  'AWS::Logs::LogGroup': 100,
  'AWS::S3::Bucket': 200,
  'AWS::SNS::Topic': 100,
  'AWS::SQS::Queue': 100,
};

const AT_ONCE = 8;
const MEMBERS = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bench-0/*' }],
});
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

type Maker = (name: string) => Promise<unknown>;

/** Makes a population on an emulator, plain resources with the service's defaults. */
export async function populate(place: Place, population = POPULATION): Promise<void> {
  const makers = { ...stores(place), ...identities(place), ...machines(place) };
  for (const [type, count] of Object.entries(population)) {
    const make = makers[type];
    if (make === undefined) throw new Error(`nothing makes ${type}`);
    const names = Array.from({ length: count }, (_, index) => `bench-${index}`);
    await forEachBounded(names, AT_ONCE, async (name) => void (await make(name)));
  }
}

function stores(place: Place): Record<string, Maker> {
  const s3 = new S3Client({ ...place, forcePathStyle: true });
  const dynamodb = new DynamoDBClient(place);
  const logs = new CloudWatchLogsClient(place);
  const sns = new SNSClient(place);
  const sqs = new SQSClient(place);
  const location = { CreateBucketConfiguration: { LocationConstraint: place.region } } as const;
  return {
    'AWS::S3::Bucket': (Bucket) => s3.send(new CreateBucketCommand({ Bucket, ...location } as { Bucket: string })),
    'AWS::DynamoDB::Table': (TableName) =>
      dynamodb.send(
        new CreateTableCommand({
          TableName,
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      ),
    'AWS::Logs::LogGroup': (logGroupName) => logs.send(new CreateLogGroupCommand({ logGroupName })),
    'AWS::SNS::Topic': (Name) => sns.send(new CreateTopicCommand({ Name })),
    'AWS::SQS::Queue': (QueueName) => sqs.send(new CreateQueueCommand({ QueueName })),
  };
}

function identities(place: Place): Record<string, Maker> {
  const iam = new IAMClient(place);
  const kms = new KMSClient(place);
  return {
    'AWS::IAM::User': (UserName) => iam.send(new CreateUserCommand({ UserName })),
    'AWS::IAM::Role': (RoleName) => iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST })),
    'AWS::IAM::Policy': (PolicyName) => iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: MEMBERS })),
    'AWS::KMS::Key': (Description) => kms.send(new CreateKeyCommand({ Description })),
  };
}

function machines(place: Place): Record<string, Maker> {
  const ec2 = new EC2Client(place);
  const zone = { AvailabilityZone: `${place.region}a`, Size: 8 };
  const image = { ImageId: 'ami-12c6146b', MinCount: 1, MaxCount: 1 };
  return {
    'AWS::EC2::Instance': () => ec2.send(new RunInstancesCommand(image)),
    'AWS::EC2::Volume': () => ec2.send(new CreateVolumeCommand(zone)),
    'AWS::EC2::SecurityGroup': (GroupName) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName })),
  };
}
