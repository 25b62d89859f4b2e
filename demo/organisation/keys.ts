import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  type KeySpec,
  type KeyUsageType,
} from '@aws-sdk/client-kms';
import { DEVELOPMENT, IRELAND, PRODUCTION, roleArn, VIRGINIA } from './names.ts';
import type { World } from './world.ts';

interface Key {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: string;
  readonly text: string;
  readonly rotated?: boolean;
  readonly spec?: KeySpec;
  readonly usage?: KeyUsageType;
  /** Roles that may use the key, beside the account's own policies. */
  readonly users?: readonly string[];
}

const prod = { account: PRODUCTION, region: IRELAND, rotated: true };
const dev = { account: DEVELOPMENT, region: IRELAND, rotated: true };

const KEYS: readonly Key[] = [
  {
    ...prod,
    name: 'phi-data',
    created: '2024-02-05T08:40:12Z',
    text: 'Health records at rest',
    users: ['PortalApp', 'ClaimsWorker', 'ImagingIngest'],
  },
  {
    ...prod,
    name: 'phi-backups',
    created: '2024-02-05T08:44:50Z',
    text: 'Backups of health records',
    users: ['BackupOperator'],
  },
  { ...prod, name: 'cloudtrail', created: '2024-02-05T08:49:21Z', text: 'CloudTrail log files' },
  { ...prod, name: 'disks', created: '2024-02-05T08:53:02Z', text: 'EBS volumes' },
  {
    ...prod,
    name: 'app-secrets',
    created: '2024-08-20T13:37:44Z',
    text: 'Secrets of the portal',
    rotated: false,
    users: ['PortalApp'],
  },
  {
    ...prod,
    name: 'document-signing',
    created: '2025-03-17T10:26:09Z',
    text: 'Signatures of exported documents',
    rotated: false,
    spec: 'RSA_3072',
    usage: 'SIGN_VERIFY',
    users: ['PortalApp'],
  },
  {
    ...prod,
    region: VIRGINIA,
    name: 'dr-data',
    created: '2024-11-04T12:58:33Z',
    text: 'Recovery copies of health records',
  },
  { ...dev, name: 'dev-data', created: '2024-06-24T09:15:27Z', text: 'Synthetic records' },
  { ...dev, name: 'dev-old-data', created: '2024-03-04T08:31:59Z', text: 'Synthetic records, before June 2024' },
  {
    ...dev,
    region: VIRGINIA,
    name: 'sandbox-data',
    created: '2025-05-12T10:47:16Z',
    text: 'Experiments',
    rotated: false,
  },
];

/** Makes every KMS key; remembers `key/<name>` (its id) and `key-arn/<name>`. */
export async function seedKeys(world: World): Promise<void> {
  for (const key of KEYS) {
    await world.at(key.created);
    const { kms } = world.in(key.account, key.region);
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({
        Description: key.text,
        KeySpec: key.spec ?? 'SYMMETRIC_DEFAULT',
        KeyUsage: key.usage ?? 'ENCRYPT_DECRYPT',
        Policy: policyOf(key),
      }),
    );
    const KeyId = world.remember(`key/${key.name}`, KeyMetadata?.KeyId);
    world.remember(`key-arn/${key.name}`, KeyMetadata?.Arn);
    await kms.send(new CreateAliasCommand({ AliasName: `alias/${key.name}`, TargetKeyId: KeyId }));
    if (key.rotated === true) await kms.send(new EnableKeyRotationCommand({ KeyId }));
  }
}

function policyOf({ account, name, users = [] }: Key): string {
  const own = {
    Sid: 'Account',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'kms:*',
    Resource: '*',
  };
  const use = {
    Sid: 'Use',
    Effect: 'Allow',
    Principal: { AWS: users.map((it) => roleArn(account, it)) },
    Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey', 'kms:Sign'],
    Resource: '*',
  };
  const trail = {
    Sid: 'CloudTrail',
    Effect: 'Allow',
    Principal: { Service: 'cloudtrail.amazonaws.com' },
    Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
  const Statement = [own, ...(users.length > 0 ? [use] : []), ...(name === 'cloudtrail' ? [trail] : [])];
  return JSON.stringify({ Version: '2012-10-17', Id: `key-${name}`, Statement });
}
