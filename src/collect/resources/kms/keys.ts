import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { PolicyText } from '../shared/policy-text.ts';

const Listed = z.object({ KeyId: z.string().min(1), KeyArn: z.string().min(1) });

const Described = z.object({
  KeyMetadata: z.object({
    KeyManager: z.enum(['CUSTOMER', 'AWS']),
    KeyState: z.string(),
    KeySpec: z.string(),
    KeyUsage: z.string().optional(),
    Origin: z.string(),
    DeletionDate: Moment.optional(),
  }),
});

const Rotation = z.object({ KeyRotationEnabled: z.boolean() });

const Policy = z.object({ Policy: PolicyText });

/** KMS keys; those that AWS manages are listed too, and checks call them not applicable. */
export const keys = population({
  type: 'AWS::KMS::Key',
  facts: {
    manager: 'CUSTOMER or AWS',
    state: 'key state: Enabled, Disabled, PendingDeletion…',
    spec: 'key spec: SYMMETRIC_DEFAULT, RSA_3072, HMAC_256…',
    usage: 'key usage: ENCRYPT_DECRYPT, SIGN_VERIFY…',
    origin: 'origin of the key material: AWS_KMS, EXTERNAL, AWS_CLOUDHSM, EXTERNAL_KEY_STORE',
    rotationEnabled:
      'whether automatic rotation is on; null where KMS does not offer it or AWS alone decides (AWS managed, asymmetric, HMAC, imported or external material)',
    policy: 'key policy: every key has one',
    deletionDate: 'when the key is going to be deleted; null when no deletion is scheduled',
  },
  permissions: ['kms:ListKeys', 'kms:DescribeKey', 'kms:GetKeyRotationStatus', 'kms:GetKeyPolicy'],
  async read(aws) {
    const token = { out: 'NextMarker', in: 'Marker', more: 'Truncated' };
    const listed = await aws.list('kms:ListKeys', {}, { items: Listed, at: 'Keys', token });
    return listed.map(found);
  },
});

function found({ KeyId, KeyArn }: z.infer<typeof Listed>) {
  return {
    id: KeyArn,
    name: KeyId,
    facts: {
      manager: async (aws: Aws) => (await describe(aws, KeyArn)).KeyManager,
      state: async (aws: Aws) => (await describe(aws, KeyArn)).KeyState,
      spec: async (aws: Aws) => (await describe(aws, KeyArn)).KeySpec,
      usage: async (aws: Aws) => z.string().parse((await describe(aws, KeyArn)).KeyUsage),
      origin: async (aws: Aws) => (await describe(aws, KeyArn)).Origin,
      rotationEnabled: (aws: Aws) => rotationEnabled(aws, KeyArn),
      policy: (aws: Aws) => policy(aws, KeyArn),
      deletionDate: async (aws: Aws) => (await describe(aws, KeyArn)).DeletionDate ?? null,
    },
  };
}

async function describe(aws: Aws, arn: string) {
  return (await aws.get('kms:DescribeKey', { KeyId: arn }, Described)).KeyMetadata;
}

/**
 * Automatic rotation exists for customer managed symmetric encryption keys with material made by KMS
 * (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html); asking for others is an error.
 */
async function rotationEnabled(aws: Aws, arn: string): Promise<Json> {
  const key = await describe(aws, arn);
  const possible = key.KeyManager === 'CUSTOMER' && key.KeySpec === 'SYMMETRIC_DEFAULT' && key.Origin === 'AWS_KMS';
  if (!possible) return null;
  return (await aws.get('kms:GetKeyRotationStatus', { KeyId: arn }, Rotation)).KeyRotationEnabled;
}

/** The one policy that a key has is always called `default` (https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html). */
async function policy(aws: Aws, arn: string): Promise<Json> {
  return (await aws.get('kms:GetKeyPolicy', { KeyId: arn, PolicyName: 'default' }, Policy)).Policy;
}
