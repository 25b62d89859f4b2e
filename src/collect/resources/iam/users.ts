import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { Moment } from '../shared/moment.ts';
import { EncodedPolicyText } from '../shared/policy-text.ts';
import { AccessKey, accessKeysWithUse, keyFacts } from './access-keys.ts';
import type { CredentialReport } from './credential-report.ts';
import { listAll } from './pages.ts';
import { credentialReportReader, rowOf } from './read-credential-report.ts';

const User = z.object({ UserName: z.string().min(1), Arn: z.string().min(1), CreateDate: Moment });
type User = z.infer<typeof User>;

const MfaDevice = z.object({ SerialNumber: z.string() });
const AttachedPolicy = z.object({ PolicyArn: z.string() });
const InlinePolicy = z.object({ PolicyDocument: EncodedPolicyText });
const Group = z.object({ GroupName: z.string() });

/** IAM users; the root user is a fact of the account. */
export const users = population({
  type: 'AWS::IAM::User',
  facts: {
    passwordEnabled: 'whether the user has a console password, by the credential report (up to four hours old)',
    passwordLastUsed: 'last sign-in with the password, by the credential report; null where none is known',
    passwordLastChanged: 'when the password was set, by the credential report; null without a password',
    mfaActive: 'whether an MFA device is active, by the credential report (up to four hours old)',
    mfaDevices: 'serial numbers of the MFA devices at the time of the run',
    accessKeys: 'access keys [{id, status, created}]; id is the last four characters',
    accessKeyUse:
      'access keys with their use [{id, status, created, lastUsed}]; lastUsed comes from the credential report and is null where no use is known',
    attachedPolicies: 'ARNs of the managed policies attached to the user itself',
    inlinePolicies: 'names of the inline policies of the user itself',
    inlineDocuments: 'inline policies of the user itself, document by name',
    groups: 'names of the groups that the user is in',
    created: 'when the user was created',
  },
  permissions: [
    'iam:ListUsers',
    'iam:GenerateCredentialReport',
    'iam:GetCredentialReport',
    'iam:ListMFADevices',
    'iam:ListAccessKeys',
    'iam:ListAttachedUserPolicies',
    'iam:ListUserPolicies',
    'iam:GetUserPolicy',
    'iam:ListGroupsForUser',
  ],
  async read(aws) {
    const report = credentialReportReader();
    const listed = await listAll(aws, 'iam:ListUsers', {}, 'Users', User);
    return listed.map((it) => found(it, report));
  },
});

function found(user: User, report: (aws: Aws) => Promise<CredentialReport>) {
  const row = async (aws: Aws) => rowOf(await report(aws), user.Arn);
  return {
    id: user.Arn,
    name: user.UserName,
    facts: {
      passwordEnabled: async (aws: Aws) => (await row(aws)).passwordEnabled,
      passwordLastUsed: async (aws: Aws) => (await row(aws)).passwordLastUsed,
      passwordLastChanged: async (aws: Aws) => (await row(aws)).passwordLastChanged,
      mfaActive: async (aws: Aws) => (await row(aws)).mfaActive,
      mfaDevices: (aws: Aws) => mfaDevices(aws, user),
      accessKeys: async (aws: Aws) => (await accessKeys(aws, user)).map(keyFacts),
      accessKeyUse: (aws: Aws) => accessKeyUse(aws, user, report),
      attachedPolicies: (aws: Aws) => attachedPolicies(aws, user),
      inlinePolicies: (aws: Aws) => inlinePolicies(aws, user),
      inlineDocuments: (aws: Aws) => inlineDocuments(aws, user),
      groups: (aws: Aws) => groups(aws, user),
      created: () => user.CreateDate,
    },
  };
}

async function mfaDevices(aws: Aws, { UserName }: User): Promise<Json> {
  const devices = await listAll(aws, 'iam:ListMFADevices', { UserName }, 'MFADevices', MfaDevice);
  return devices.map((it) => it.SerialNumber);
}

const accessKeys = (aws: Aws, { UserName }: User): Promise<AccessKey[]> =>
  listAll(aws, 'iam:ListAccessKeys', { UserName }, 'AccessKeyMetadata', AccessKey);

/** Apart from the keys themselves: a key in daily use would make new evidence for every check of keys every day. */
async function accessKeyUse(aws: Aws, user: User, read: (aws: Aws) => Promise<CredentialReport>): Promise<Json> {
  const keys = await accessKeys(aws, user);
  // The report is needed for the use of keys only: a user without keys has none, whatever it says.
  if (keys.length === 0) return [];
  const report = await read(aws);
  return accessKeysWithUse(keys, report, rowOf(report, user.Arn));
}

async function attachedPolicies(aws: Aws, { UserName }: User): Promise<Json> {
  const policies = await listAll(aws, 'iam:ListAttachedUserPolicies', { UserName }, 'AttachedPolicies', AttachedPolicy);
  return policies.map((it) => it.PolicyArn);
}

function inlinePolicies(aws: Aws, { UserName }: User): Promise<string[]> {
  return listAll(aws, 'iam:ListUserPolicies', { UserName }, 'PolicyNames', z.string());
}

async function inlineDocuments(aws: Aws, user: User): Promise<Json> {
  const documents = (await inlinePolicies(aws, user)).map(async (PolicyName) => {
    const answer = await aws.get('iam:GetUserPolicy', { UserName: user.UserName, PolicyName }, InlinePolicy);
    return [PolicyName, answer.PolicyDocument] as const;
  });
  return Object.fromEntries(await Promise.all(documents));
}

async function groups(aws: Aws, { UserName }: User): Promise<Json> {
  const listed = await listAll(aws, 'iam:ListGroupsForUser', { UserName }, 'Groups', Group);
  return listed.map((it) => it.GroupName);
}
