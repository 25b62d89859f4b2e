import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { rootVirtualMfa, samlProviders, whoHas } from './account-access.ts';
import type { CredentialReport } from './credential-report.ts';
import { credentialReportReader, unknownTo } from './read-credential-report.ts';

/** How the credential report calls the root user. */
const ROOT = '<root_account>';

const Summary = z.object({ SummaryMap: z.record(z.string(), z.number()) });

const PasswordPolicy = z.object({
  PasswordPolicy: z.object({
    MinimumPasswordLength: z.int(),
    RequireSymbols: z.boolean(),
    RequireNumbers: z.boolean(),
    RequireUppercaseCharacters: z.boolean(),
    RequireLowercaseCharacters: z.boolean(),
    ExpirePasswords: z.boolean(),
    MaxPasswordAge: z.int().optional(),
    PasswordReusePrevention: z.int().optional(),
    HardExpiry: z.boolean().optional(),
  }),
});

/** The account itself: exactly one subject. */
export const account = population({
  type: 'AWS::::Account',
  facts: {
    summary:
      'what GetAccountSummary says of the account itself: AccountMFAEnabled, AccountAccessKeysPresent, AccountPasswordPresent, …; not the counts of users, roles and the like',
    passwordPolicy:
      'password policy {minimumPasswordLength, requireSymbols, requireNumbers, requireUppercaseCharacters, requireLowercaseCharacters, expirePasswords, maxPasswordAge, passwordReusePrevention, hardExpiry}; null where the account has none of its own',
    root: 'row of the root user in the credential report {mfaActive, accessKey1Active, accessKey2Active, passwordLastUsed, accessKey1LastUsed, accessKey2LastUsed}; a time is null where no use is known',
    rootVirtualMfa:
      'serial numbers of the virtual MFA devices of the root user; passkeys and hardware tokens are not among them',
    samlProviders: 'ARNs of the SAML identity providers',
    supportAccess: 'who has the AWS managed policy AWSSupportAccess attached {groups, users, roles}',
    securityAuditAccess: 'who has the AWS managed policy SecurityAudit attached {groups, users, roles}',
  },
  permissions: [
    'iam:GetAccountSummary',
    'iam:GetAccountPasswordPolicy',
    'iam:GenerateCredentialReport',
    'iam:GetCredentialReport',
    'iam:ListVirtualMFADevices',
    'iam:ListSAMLProviders',
    'iam:ListEntitiesForPolicy',
  ],
  read(aws) {
    const report = credentialReportReader();
    const facts = {
      summary,
      passwordPolicy,
      root: async (from: Aws) => rootOf(await report(from)),
      rootVirtualMfa,
      samlProviders,
      supportAccess: whoHas('AWSSupportAccess'),
      securityAuditAccess: whoHas('SecurityAudit'),
    };
    return Promise.resolve([{ id: aws.account, name: aws.account, facts }]);
  },
});

async function summary(aws: Aws): Promise<Json> {
  const { SummaryMap } = await aws.get('iam:GetAccountSummary', {}, Summary);
  // The counts change with every new user or role, and would make new evidence of the root user each time.
  return Object.fromEntries(Object.entries(SummaryMap).filter(([name]) => name.startsWith('Account')));
}

async function passwordPolicy(aws: Aws): Promise<Json> {
  const answer = await aws.getOrAbsent('iam:GetAccountPasswordPolicy', {}, PasswordPolicy);
  if (answer === null) return null;
  const policy = answer.PasswordPolicy;
  return {
    minimumPasswordLength: policy.MinimumPasswordLength,
    requireSymbols: policy.RequireSymbols,
    requireNumbers: policy.RequireNumbers,
    requireUppercaseCharacters: policy.RequireUppercaseCharacters,
    requireLowercaseCharacters: policy.RequireLowercaseCharacters,
    expirePasswords: policy.ExpirePasswords,
    maxPasswordAge: policy.MaxPasswordAge ?? null,
    passwordReusePrevention: policy.PasswordReusePrevention ?? null,
    hardExpiry: policy.HardExpiry ?? null,
  };
}

function rootOf(report: CredentialReport): Json {
  const row = [...report.rows.values()].find((it) => it.user === ROOT);
  if (row === undefined) throw unknownTo(report, 'no row for the root user');
  const [first, second] = row.keys;
  return {
    mfaActive: row.mfaActive,
    accessKey1Active: first.active,
    accessKey2Active: second.active,
    passwordLastUsed: row.passwordLastUsed,
    accessKey1LastUsed: first.lastUsed,
    accessKey2LastUsed: second.lastUsed,
  };
}
