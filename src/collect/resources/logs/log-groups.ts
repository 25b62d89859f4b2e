import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { once } from '../shared/once.ts';
import { describeResourcePolicies, policiesAbout } from './resource-policies.ts';

/**
 * Retention and key are left out where none is set
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html).
 */
const LogGroup = z.object({
  logGroupName: z.string().min(1),
  arn: z.string().min(1),
  retentionInDays: z.number().int().positive().optional(),
  kmsKeyId: z.string().min(1).optional(),
});

/** Log groups of all classes. The region's resource policies are read once and are the same answer for all. */
export const logGroups = population({
  type: 'AWS::Logs::LogGroup',
  facts: {
    retentionDays: 'days that events are kept; null when they never expire',
    kmsKeyId: 'customer managed KMS key that encrypts the log group; null when CloudWatch Logs uses a key of its own',
    policies:
      "the region's account-wide resource policies, each with those of its statements alone that may concern the log group: [{name, document}]; policies attached to a single log group are not in it",
  },
  permissions: ['logs:DescribeLogGroups', 'logs:DescribeResourcePolicies'],
  async read(aws) {
    const token = { out: 'nextToken', in: 'nextToken' };
    const listed = await aws.list('logs:DescribeLogGroups', { limit: 50 }, { items: LogGroup, at: 'logGroups', token });
    const policies = once(describeResourcePolicies);
    return listed.map((it) => found(it, policies));
  },
});

function found(group: z.infer<typeof LogGroup>, policies: ReturnType<typeof once<Aws, Policies>>) {
  // The ARN of a log group ends in `:*`, which stands for its streams and is no part of its name.
  const id = group.arn.replace(/:\*$/, '');
  return {
    id,
    name: group.logGroupName,
    facts: {
      retentionDays: () => group.retentionInDays ?? null,
      kmsKeyId: () => group.kmsKeyId ?? null,
      policies: async (aws: Aws): Promise<Json> => policiesAbout(await policies(aws), id),
    },
  };
}

type Policies = Awaited<ReturnType<typeof describeResourcePolicies>>;
