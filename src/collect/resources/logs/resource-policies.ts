import { z } from 'zod';
import type { Json, JsonObject } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';
import { PolicyText } from '../shared/policy-text.ts';
import { matchesWildcard } from '../shared/wildcard.ts';

const ResourcePolicy = z.object({ policyName: z.string(), policyDocument: PolicyText });
type ResourcePolicy = z.infer<typeof ResourcePolicy>;

/**
 * The resource policies of scope ACCOUNT, which is the default: at most ten in a region
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html).
 */
export function describeResourcePolicies(aws: Aws): Promise<ResourcePolicy[]> {
  const page = { items: ResourcePolicy, at: 'resourcePolicies', token: { out: 'nextToken', in: 'nextToken' } };
  return aws.list('logs:DescribeResourcePolicies', {}, page);
}

/** Each policy cut down to the statements that may concern this log group or its streams; policies without any are left out. */
export function policiesAbout(policies: readonly ResourcePolicy[], arn: string): Json {
  return policies.flatMap(({ policyName, policyDocument }) => {
    const all = policyDocument.Statement;
    const statements = (Array.isArray(all) ? all : [all]).filter((it) => it !== undefined && concerns(it, arn));
    return statements.length === 0
      ? []
      : [{ name: policyName, document: { ...policyDocument, Statement: statements } as JsonObject }];
  });
}

/** What is not a list of patterns (NotResource, nothing at all) is taken to concern every log group. */
function concerns(statement: Json, arn: string): boolean {
  const resource = statement !== null && typeof statement === 'object' && 'Resource' in statement && statement.Resource;
  const patterns = Array.isArray(resource) ? resource : [resource];
  return patterns.some((it) => typeof it !== 'string' || names(it, arn));
}

/** The log group, all of its streams (`:*`) or some of them. */
function names(pattern: string, arn: string): boolean {
  const targets = [arn, `${arn}:*`, `${arn}:log-stream:`];
  return pattern.startsWith(`${arn}:`) || targets.some((it) => matchesWildcard(pattern, it, { single: true }));
}
