import { CreateRepositoryCommand, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import { DEVELOPMENT, IRELAND, PRODUCTION } from './names.ts';
import type { World } from './world.ts';

interface Repository {
  readonly name: string;
  readonly account: string;
  readonly created: string;
  /** Name of our own key; AES256 without one. */
  readonly key?: string;
  readonly fixed?: boolean;
  readonly scanned?: boolean;
  readonly expires?: boolean;
}

const whole = { fixed: true, scanned: true, expires: true };

const REPOSITORIES: readonly Repository[] = [
  { ...whole, name: 'portal', account: PRODUCTION, created: '2024-02-27T10:10:31Z', key: 'app-secrets' },
  { ...whole, name: 'claims-worker', account: PRODUCTION, created: '2024-06-03T08:02:19Z', expires: false },
  { name: 'dev-portal', account: DEVELOPMENT, created: '2024-03-19T08:31:02Z', scanned: true },
  { name: 'sandbox-tools', account: DEVELOPMENT, created: '2025-05-12T11:40:45Z' },
];

/** Makes image repositories. */
export async function seedRepositories(world: World): Promise<void> {
  for (const { name, account, created, key, fixed, scanned, expires } of REPOSITORIES) {
    await world.at(created);
    const { images } = world.in(account, IRELAND);
    const encryption = key === undefined ? {} : { kmsKey: world.id(`key-arn/${key}`) };
    await images.send(
      new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: fixed === true ? 'IMMUTABLE' : 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: scanned === true },
        encryptionConfiguration: { encryptionType: key === undefined ? 'AES256' : 'KMS', ...encryption },
      }),
    );
    if (expires !== true) continue;
    const selection = { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 30 };
    const rules = [{ rulePriority: 1, description: 'untagged', selection, action: { type: 'expire' } }];
    const lifecyclePolicyText = JSON.stringify({ rules });
    await images.send(new PutLifecyclePolicyCommand({ repositoryName: name, lifecyclePolicyText }));
  }
}
