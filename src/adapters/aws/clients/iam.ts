import {
  GenerateCredentialReportCommand,
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetCredentialReportCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import manifest from '@aws-sdk/client-iam/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of iam that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-iam@${manifest.version}`,
  create: (config) => new IAMClient(config),
  operations: commands({
    GenerateCredentialReport: GenerateCredentialReportCommand,
    GetAccountPasswordPolicy: GetAccountPasswordPolicyCommand,
    GetAccountSummary: GetAccountSummaryCommand,
    GetCredentialReport: GetCredentialReportCommand,
    GetPolicyVersion: GetPolicyVersionCommand,
    GetRole: GetRoleCommand,
    GetRolePolicy: GetRolePolicyCommand,
    ListAccessKeys: ListAccessKeysCommand,
    ListAttachedRolePolicies: ListAttachedRolePoliciesCommand,
    ListAttachedUserPolicies: ListAttachedUserPoliciesCommand,
    ListGroupsForUser: ListGroupsForUserCommand,
    ListMFADevices: ListMFADevicesCommand,
    ListPolicies: ListPoliciesCommand,
    ListRolePolicies: ListRolePoliciesCommand,
    ListRoles: ListRolesCommand,
    ListUserPolicies: ListUserPoliciesCommand,
    ListUsers: ListUsersCommand,
  }),
};
