import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { EncodedPolicyText } from '../shared/policy-text.ts';
import { listAll } from './pages.ts';

const Group = z.object({ GroupName: z.string().min(1), Arn: z.string().min(1) });
type Group = z.infer<typeof Group>;
const Member = z.object({ UserName: z.string() });
const AttachedPolicy = z.object({ PolicyArn: z.string() });
const InlinePolicy = z.object({ PolicyDocument: EncodedPolicyText });

/** IAM groups, with or without users. */
export const groups = population({
  type: 'AWS::IAM::Group',
  facts: {
    users: 'names of the users in the group',
    attachedPolicies: 'ARNs of the attached managed policies',
    inlinePolicies: 'inline policies, document by name',
  },
  permissions: [
    'iam:ListGroups',
    'iam:GetGroup',
    'iam:ListAttachedGroupPolicies',
    'iam:ListGroupPolicies',
    'iam:GetGroupPolicy',
  ],
  async read(aws) {
    const listed = await listAll(aws, 'iam:ListGroups', {}, 'Groups', Group);
    return listed.map((it) => ({
      id: it.Arn,
      name: it.GroupName,
      facts: {
        users: (from: Aws) => users(from, it),
        attachedPolicies: (from: Aws) => attachedPolicies(from, it),
        inlinePolicies: (from: Aws) => inlinePolicies(from, it),
      },
    }));
  },
});

async function users(aws: Aws, { GroupName }: Group): Promise<Json> {
  const members = await listAll(aws, 'iam:GetGroup', { GroupName }, 'Users', Member);
  return members.map((it) => it.UserName).sort();
}

async function attachedPolicies(aws: Aws, { GroupName }: Group): Promise<Json> {
  const listed = await listAll(aws, 'iam:ListAttachedGroupPolicies', { GroupName }, 'AttachedPolicies', AttachedPolicy);
  return listed.map((it) => it.PolicyArn);
}

async function inlinePolicies(aws: Aws, { GroupName }: Group): Promise<Json> {
  const names = await listAll(aws, 'iam:ListGroupPolicies', { GroupName }, 'PolicyNames', z.string());
  const documents = names.map(async (PolicyName) => {
    const answer = await aws.get('iam:GetGroupPolicy', { GroupName, PolicyName }, InlinePolicy);
    return [PolicyName, answer.PolicyDocument] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}
