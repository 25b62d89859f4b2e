import type { Service } from '../service.ts';
import { account } from './iam/account.ts';
import { policies } from './iam/policies.ts';
import { roles } from './iam/roles.ts';
import { users } from './iam/users.ts';

/** AWS IAM: the account's own settings, users, customer managed policies and roles. */
export const service: Service = { id: 'iam', scope: 'global', populations: [account, users, policies, roles] };
