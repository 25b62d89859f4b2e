import type { Service } from '../service.ts';
import { account } from './iam/account.ts';
import { groups } from './iam/groups.ts';
import { policies } from './iam/policies.ts';
import { roles } from './iam/roles.ts';
import { serverCertificates } from './iam/server-certificates.ts';
import { users } from './iam/users.ts';

/** AWS IAM: the account's own settings, users, groups, customer managed policies, roles and server certificates. */
export const service: Service = {
  id: 'iam',
  scope: 'global',
  absences: {
    'iam:GetAccountPasswordPolicy': {
      // The second is the class name that the SDK gives the same error.
      names: ['NoSuchEntity', 'NoSuchEntityException'],
      source: 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html',
    },
  },
  populations: [account, users, groups, policies, roles, serverCertificates],
};
