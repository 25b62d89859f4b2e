import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { EncodedPolicyText } from '../shared/policy-text.ts';
import { listAll } from './pages.ts';
import { unboundServices } from './unbound-services.ts';

const Listed = z.object({ RoleName: z.string().min(1), Arn: z.string().min(1), Path: z.string() });
type Listed = z.infer<typeof Listed>;

const Trust = z.object({ Role: z.object({ AssumeRolePolicyDocument: EncodedPolicyText }) });
const Use = z.object({ Role: z.object({ RoleLastUsed: z.object({ LastUsedDate: Moment.optional() }).optional() }) });
const AttachedPolicy = z.object({ PolicyArn: z.string() });
const InlinePolicy = z.object({ PolicyDocument: EncodedPolicyText });

/** IAM roles, service-linked ones included: their path is /aws-service-role/…. */
export const roles = population({
  type: 'AWS::IAM::Role',
  facts: {
    trustPolicy: 'who may assume the role',
    unboundServices:
      'AWS services that the trust policy lets in without a condition on the resource, account or organization that they act for',
    path: 'path of the role',
    lastUsed: 'last use within the tracking period of 400 days; null where none is known',
    attachedPolicies: 'ARNs of the attached managed policies',
    inlinePolicies: 'inline policies, document by name',
  },
  permissions: [
    'iam:ListRoles',
    'iam:GetRole',
    'iam:ListAttachedRolePolicies',
    'iam:ListRolePolicies',
    'iam:GetRolePolicy',
  ],
  async read(aws) {
    const listed = await listAll(aws, 'iam:ListRoles', {}, 'Roles', Listed);
    return listed.map(found);
  },
});

function found(role: Listed) {
  const input = { RoleName: role.RoleName };
  return {
    id: role.Arn,
    name: role.RoleName,
    facts: {
      // ListRoles has the trust policy too, but not the last use, and there one bad document would fail the whole list.
      trustPolicy: async (aws: Aws) => (await aws.get('iam:GetRole', input, Trust)).Role.AssumeRolePolicyDocument,
      unboundServices: async (aws: Aws) =>
        unboundServices((await aws.get('iam:GetRole', input, Trust)).Role.AssumeRolePolicyDocument),
      path: () => role.Path,
      lastUsed: async (aws: Aws) => (await aws.get('iam:GetRole', input, Use)).Role.RoleLastUsed?.LastUsedDate ?? null,
      attachedPolicies: (aws: Aws) => attachedPolicies(aws, role),
      inlinePolicies: (aws: Aws) => inlinePolicies(aws, role),
    },
  };
}

async function attachedPolicies(aws: Aws, { RoleName }: Listed): Promise<Json> {
  const policies = await listAll(aws, 'iam:ListAttachedRolePolicies', { RoleName }, 'AttachedPolicies', AttachedPolicy);
  return policies.map((it) => it.PolicyArn);
}

async function inlinePolicies(aws: Aws, { RoleName }: Listed): Promise<Json> {
  const names = await listAll(aws, 'iam:ListRolePolicies', { RoleName }, 'PolicyNames', z.string());
  const documents = names.map(async (PolicyName) => {
    const answer = await aws.get('iam:GetRolePolicy', { RoleName, PolicyName }, InlinePolicy);
    return [PolicyName, answer.PolicyDocument] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}
