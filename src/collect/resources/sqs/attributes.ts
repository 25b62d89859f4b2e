import { z } from 'zod';
import type { Aws } from '../../service.ts';
import { PolicyText } from '../shared/policy-text.ts';

/** A redrive policy is a short JSON object with two members. */
const Redrive = z
  .string()
  .max(4096)
  .transform(parsed)
  .pipe(z.object({ deadLetterTargetArn: z.string().min(1) }));

/** Attributes are texts, booleans too. */
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const attributes = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ Attributes: z.object(shape) });

const Policy = attributes({ Policy: PolicyText.optional() });
const RedrivePolicy = attributes({ RedrivePolicy: Redrive.optional() });
const KmsKey = attributes({ KmsMasterKeyId: z.string().optional() });
const Managed = attributes({ SqsManagedSseEnabled: Flag });

/**
 * The attributes of one queue, each with its own check, over one and the same answer. Policy,
 * RedrivePolicy and KmsMasterKeyId are left out where they are not set; whether SQS encrypts with its
 * own keys is always said (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html).
 */
export function queueAttributes(aws: Aws, url: string) {
  const ask = <T>(shape: z.ZodType<T>) =>
    aws.get('sqs:GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] }, shape);
  return {
    policy: async () => (await ask(Policy)).Attributes.Policy ?? null,
    deadLetterQueue: async () => (await ask(RedrivePolicy)).Attributes.RedrivePolicy?.deadLetterTargetArn ?? null,
    kmsKeyId: async () => (await ask(KmsKey)).Attributes.KmsMasterKeyId || null,
    sqsManagedKeys: async () => (await ask(Managed)).Attributes.SqsManagedSseEnabled,
  };
}

function parsed(text: string, issues: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    issues.addIssue({ code: 'custom', message: 'expected a redrive policy as JSON' });
    return z.NEVER;
  }
}
