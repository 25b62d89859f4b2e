import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { once } from '../shared/once.ts';
import { PolicyText } from '../shared/policy-text.ts';
import { registryScan, registryScanning } from './scanning.ts';

const Repository = z.object({
  repositoryArn: z.string().min(1),
  repositoryName: z.string().min(1),
  imageTagMutability: z.enum(['MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION']),
  imageScanningConfiguration: z.object({ scanOnPush: z.boolean() }),
  encryptionConfiguration: z.object({ encryptionType: z.string(), kmsKey: z.string().optional() }),
});
type Repository = z.infer<typeof Repository>;

const Policy = z.object({ policyText: PolicyText });

/** A lifecycle policy has at most 30,720 characters (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html). */
const Lifecycle = z.object({ lifecyclePolicyText: z.string().max(30_720) });

const Key = z.object({ KeyMetadata: z.object({ KeyManager: z.enum(['CUSTOMER', 'AWS']) }) });

/** Private repositories of the account's own registry. */
export const repositories = population({
  type: 'AWS::ECR::Repository',
  facts: {
    tagMutability:
      'MUTABLE, IMMUTABLE, or one of them with exceptions: IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION',
    scanOnPush: "whether the repository's own setting scans images when they are pushed",
    registryScan:
      "how the registry's rules scan this repository: {scanType: BASIC or ENHANCED, frequencies: SCAN_ON_PUSH, CONTINUOUS_SCAN, MANUAL; empty where no rule names it}",
    encryptionType: 'AES256 (keys of Amazon S3), KMS or KMS_DSSE',
    kmsKeyId: 'KMS key that encrypts the images; null without one',
    keyManager: 'who manages that KMS key, CUSTOMER or AWS; null without a key',
    lifecyclePolicy: 'text of the lifecycle policy; null without one',
    policy: 'repository policy; null without one',
  },
  permissions: [
    'ecr:DescribeRepositories',
    'ecr:GetRegistryScanningConfiguration',
    'ecr:GetLifecyclePolicy',
    'ecr:GetRepositoryPolicy',
    'kms:DescribeKey',
  ],
  async read(aws) {
    const page = { items: Repository, at: 'repositories', token: { out: 'nextToken', in: 'nextToken' } };
    const listed = await aws.list('ecr:DescribeRepositories', { maxResults: 1000 }, page);
    const scanning = once(registryScanning);
    return listed.map((it) => found(it, scanning));
  },
});

function found(repository: Repository, scanning: typeof registryScanning) {
  const { repositoryName, encryptionConfiguration: encryption } = repository;
  return {
    id: repository.repositoryArn,
    name: repositoryName,
    facts: {
      tagMutability: () => repository.imageTagMutability,
      scanOnPush: () => repository.imageScanningConfiguration.scanOnPush,
      registryScan: async (aws: Aws) => registryScan(await scanning(aws), repositoryName),
      encryptionType: () => encryption.encryptionType,
      kmsKeyId: () => encryption.kmsKey ?? null,
      keyManager: (aws: Aws) => keyManager(aws, encryption.kmsKey),
      lifecyclePolicy: (aws: Aws) => lifecyclePolicy(aws, repositoryName),
      policy: (aws: Aws) => policy(aws, repositoryName),
    },
  };
}

/** The ARN of a key does not tell whether it is the customer's or the service's (aws/ecr), so KMS is asked. */
async function keyManager(aws: Aws, kmsKey: string | undefined): Promise<Json> {
  if (kmsKey === undefined) return null;
  return (await aws.get('kms:DescribeKey', { KeyId: kmsKey }, Key)).KeyMetadata.KeyManager;
}

async function lifecyclePolicy(aws: Aws, repositoryName: string): Promise<Json> {
  const answer = await aws.getOrAbsent('ecr:GetLifecyclePolicy', { repositoryName }, Lifecycle);
  return answer?.lifecyclePolicyText ?? null;
}

async function policy(aws: Aws, repositoryName: string): Promise<Json> {
  return (await aws.getOrAbsent('ecr:GetRepositoryPolicy', { repositoryName }, Policy))?.policyText ?? null;
}
