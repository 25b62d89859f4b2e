import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { EncodedPolicyText } from '../shared/policy-text.ts';
import { listAll } from './pages.ts';

const Policy = z.object({
  PolicyName: z.string().min(1),
  Arn: z.string().min(1),
  DefaultVersionId: z.string(),
  AttachmentCount: z.int(),
});
type Policy = z.infer<typeof Policy>;

const Version = z.object({ PolicyVersion: z.object({ Document: EncodedPolicyText }) });

/** Customer managed policies, attached or not: an unattached one is one call away from being used. */
export const policies = population({
  type: 'AWS::IAM::Policy',
  facts: {
    document: 'the default version of the policy',
    attachmentCount: 'how many users, groups and roles it is attached to',
    defaultVersion: 'id of the default version',
  },
  permissions: ['iam:ListPolicies', 'iam:GetPolicyVersion'],
  async read(aws) {
    const listed = await listAll(aws, 'iam:ListPolicies', { Scope: 'Local' }, 'Policies', Policy);
    return listed.map((it) => ({
      id: it.Arn,
      name: it.PolicyName,
      facts: {
        document: (from: Aws) => document(from, it),
        attachmentCount: () => it.AttachmentCount,
        defaultVersion: () => it.DefaultVersionId,
      },
    }));
  },
});

async function document(aws: Aws, { Arn, DefaultVersionId }: Policy): Promise<Json> {
  const input = { PolicyArn: Arn, VersionId: DefaultVersionId };
  return (await aws.get('iam:GetPolicyVersion', input, Version)).PolicyVersion.Document;
}
