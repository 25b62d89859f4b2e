import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { zipSync } from 'fflate';
import { HOME, REGION } from '../moto.ts';
import { type Config, named, openTo, policy } from './shared.ts';

const tlsOnly = (service: string, resource: string): string =>
  policy({
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: `${service}:*`,
    Resource: resource,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });

/** Topics and queues, each `good` and `open`; queues have `dead` too. */
export async function seedMessages(config: Config, key: string): Promise<void> {
  await seedTopics(new SNSClient(config), key);
  await seedQueues(new SQSClient(config), key);
}

async function seedTopics(sns: SNSClient, key: string): Promise<void> {
  const make = async (Name: string, policyOf: (arn: string) => string) => {
    const TopicArn = named((await sns.send(new CreateTopicCommand({ Name }))).TopicArn);
    const set = { TopicArn, AttributeName: 'Policy', AttributeValue: policyOf(TopicArn) };
    await sns.send(new SetTopicAttributesCommand(set));
    return TopicArn;
  };
  const good = await make('good', (arn) => tlsOnly('sns', arn));
  const encrypted = { TopicArn: good, AttributeName: 'KmsMasterKeyId', AttributeValue: key };
  await sns.send(new SetTopicAttributesCommand(encrypted));
  const open = await make('open', (arn) => openTo('sns:Publish', arn));
  await sns.send(new SubscribeCommand({ TopicArn: good, Protocol: 'https', Endpoint: 'https://example.com/' }));
  await sns.send(new SubscribeCommand({ TopicArn: open, Protocol: 'http', Endpoint: 'http://example.com/' }));
}

async function seedQueues(sqs: SQSClient, KmsMasterKeyId: string): Promise<void> {
  const arn = (name: string) => `arn:aws:sqs:${REGION}:${HOME}:${name}`;
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead', Attributes: { SqsManagedSseEnabled: 'true' } }));
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 5 });
  const good = { KmsMasterKeyId, Policy: tlsOnly('sqs', arn('good')), RedrivePolicy };
  await sqs.send(new CreateQueueCommand({ QueueName: 'good', Attributes: good }));
  const open = { SqsManagedSseEnabled: 'false', Policy: openTo('sqs:SendMessage', arn('open')) };
  await sqs.send(new CreateQueueCommand({ QueueName: 'open', Attributes: open }));
}

/** `good` is in two zones and private, `open` may be invoked by everyone. */
export async function seedFunctions(config: Config, subnets: readonly string[], group: string): Promise<void> {
  const lambda = new LambdaClient(config);
  const code = { ZipFile: zipSync({ 'index.mjs': new TextEncoder().encode('export const handler = () => {};') }) };
  const base = { Role: `arn:aws:iam::${HOME}:role/worker`, Handler: 'index.handler', Code: code };
  const DeadLetterConfig = { TargetArn: `arn:aws:sqs:${REGION}:${HOME}:dead` };
  await lambda.send(
    new CreateFunctionCommand({
      ...base,
      FunctionName: 'good',
      Runtime: 'nodejs22.x',
      VpcConfig: { SubnetIds: [...subnets], SecurityGroupIds: [group] },
      TracingConfig: { Mode: 'Active' },
      DeadLetterConfig,
    }),
  );
  await lambda.send(new CreateFunctionCommand({ ...base, FunctionName: 'open', Runtime: 'nodejs16.x' }));
  const everyone = { StatementId: 'everyone', Action: 'lambda:InvokeFunction', Principal: '*' };
  await lambda.send(new AddPermissionCommand({ FunctionName: 'open', ...everyone }));
}
