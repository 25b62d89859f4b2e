import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { PolicyText } from '../shared/policy-text.ts';

/**
 * By https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html a key is
 * omitted for the AWS managed one, a date where it never happened, and a region where nothing is
 * replicated. Recorded answers omit RotationEnabled for secrets for which rotation was never set up.
 */
const Secret = z.object({
  ARN: z.string().min(1),
  Name: z.string().min(1),
  KmsKeyId: z.string().optional(),
  RotationEnabled: z.boolean().optional(),
  LastRotatedDate: Moment.optional(),
  LastAccessedDate: Moment.optional(),
  DeletedDate: Moment.optional(),
  CreatedDate: z.unknown().optional(),
  OwningService: z.string().optional(),
  PrimaryRegion: z.string().optional(),
});
type Secret = z.infer<typeof Secret>;

// Secrets Manager leaves the policy out where the secret has none; the ARN shows that it has answered.
const Policy = z.object({ ARN: z.string().min(1), ResourcePolicy: PolicyText.optional() });

/** Secrets that can be read; one that is marked for deletion cannot and is none of them. */
export const secrets = population({
  type: 'AWS::SecretsManager::Secret',
  facts: {
    kmsKeyId: 'KMS key as the secret names it; null for the AWS managed key aws/secretsmanager',
    rotationEnabled: 'whether automatic rotation is on',
    lastRotated: 'when the rotation process last succeeded; null where it never did',
    lastAccessed: 'day on which the value was last read in the region; null where it never was',
    created: 'when the secret was made',
    owningService: 'AWS service that manages the secret; null where none does',
    primaryRegion: 'region that the secret is replicated from or was first made in; null where it is not replicated',
    policy: 'resource policy; null without one',
  },
  permissions: ['secretsmanager:ListSecrets', 'secretsmanager:GetResourcePolicy'],
  async read(aws) {
    const token = { out: 'NextToken', in: 'NextToken' };
    const listed = await aws.list('secretsmanager:ListSecrets', {}, { items: Secret, at: 'SecretList', token });
    const live = listed.filter((it) => it.DeletedDate === undefined);
    return live.map((it) => ({ id: it.ARN, name: it.Name, facts: factsOf(it) }));
  },
});

function factsOf(secret: Secret) {
  return {
    kmsKeyId: () => secret.KmsKeyId ?? null,
    rotationEnabled: () => secret.RotationEnabled ?? false,
    lastRotated: () => secret.LastRotatedDate ?? null,
    lastAccessed: () => secret.LastAccessedDate ?? null,
    // Answers from before 2020 have no such date: this fact alone is unknown then.
    created: () => z.object({ CreatedDate: Moment }).parse(secret).CreatedDate,
    owningService: () => secret.OwningService ?? null,
    primaryRegion: () => secret.PrimaryRegion ?? null,
    policy: (aws: Aws) => policy(aws, secret.ARN),
  };
}

async function policy(aws: Aws, arn: string): Promise<Json> {
  return (await aws.get('secretsmanager:GetResourcePolicy', { SecretId: arn }, Policy)).ResourcePolicy ?? null;
}
