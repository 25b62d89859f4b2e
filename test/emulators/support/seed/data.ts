import {
  CreateTableCommand,
  DynamoDBClient,
  PutResourcePolicyCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateRepositoryCommand,
  ECRClient,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import {
  CreateSecretCommand,
  PutResourcePolicyCommand as PutSecretPolicyCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { HOME, REGION } from '../moto.ts';
import { type Config, named, openTo, policy } from './shared.ts';

/** Tables, secrets and repositories, each `good` and `open`; a function rotates the good secret. */
export async function seedData(config: Config, key: string): Promise<{ readonly secrets: Secrets }> {
  await seedTables(new DynamoDBClient(config), key);
  await seedRepositories(new ECRClient(config), key);
  return { secrets: await seedSecrets(new SecretsManagerClient(config), key) };
}

/** ARNs: they end in letters made at random. */
export interface Secrets {
  readonly good: string;
  readonly open: string;
}

async function seedTables(dynamodb: DynamoDBClient, key: string): Promise<void> {
  const base = {
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
    BillingMode: 'PAY_PER_REQUEST' as const,
  };
  const SSESpecification = { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: keyArn(key) } as const;
  await dynamodb.send(
    new CreateTableCommand({ ...base, TableName: 'good', SSESpecification, DeletionProtectionEnabled: true }),
  );
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
  await dynamodb.send(new UpdateContinuousBackupsCommand({ TableName: 'good', PointInTimeRecoverySpecification }));
  await dynamodb.send(new CreateTableCommand({ ...base, TableName: 'open' }));
  const ResourceArn = `arn:aws:dynamodb:${REGION}:${HOME}:table/open`;
  const Policy = openTo('dynamodb:GetItem', ResourceArn);
  await dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));
}

const keyArn = (id: string): string => `arn:aws:kms:${REGION}:${HOME}:key/${id}`;

async function seedRepositories(ecr: ECRClient, key: string): Promise<void> {
  await ecr.send(
    new CreateRepositoryCommand({
      repositoryName: 'good',
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: keyArn(key) },
    }),
  );
  const rule = {
    rulePriority: 1,
    selection: { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 },
  };
  const lifecyclePolicyText = JSON.stringify({ rules: [{ ...rule, action: { type: 'expire' } }] });
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName: 'good', lifecyclePolicyText }));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'open' }));
  const policyText = policy({ Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' });
  await ecr.send(new SetRepositoryPolicyCommand({ repositoryName: 'open', policyText }));
}

async function seedSecrets(secrets: SecretsManagerClient, KmsKeyId: string): Promise<Secrets> {
  const make = async (Name: string, of: { KmsKeyId?: string } = {}): Promise<string> =>
    named((await secrets.send(new CreateSecretCommand({ Name, SecretString: 'nothing', ...of }))).ARN);
  const made = { good: await make('good', { KmsKeyId }), open: await make('open') };
  const RotationLambdaARN = `arn:aws:lambda:${REGION}:${HOME}:function:good`;
  const RotationRules = { AutomaticallyAfterDays: 30 };
  await secrets.send(
    new RotateSecretCommand({ SecretId: made.good, RotationLambdaARN, RotationRules, RotateImmediately: false }),
  );
  const ResourcePolicy = openTo('secretsmanager:GetSecretValue', '*');
  await secrets.send(new PutSecretPolicyCommand({ SecretId: made.open, ResourcePolicy }));
  return made;
}
