import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';
import { listAll } from './pages.ts';

const Named = {
  groups: z.object({ GroupName: z.string() }).transform((it) => it.GroupName),
  users: z.object({ UserName: z.string() }).transform((it) => it.UserName),
  roles: z.object({ RoleName: z.string() }).transform((it) => it.RoleName),
};

/**
 * Who has the policy of this name that AWS manages attached: `{groups, users, roles}`, names. The answer holds the
 * three lists side by side, so each is taken from the same pages.
 */
export function whoHas(policy: string): (aws: Aws) => Promise<Json> {
  return async (aws) => {
    const input = { PolicyArn: `arn:${aws.partition}:iam::aws:policy/${policy}` };
    const names = (at: string, items: z.ZodType<string>) => listAll(aws, 'iam:ListEntitiesForPolicy', input, at, items);
    return {
      groups: (await names('PolicyGroups', Named.groups)).sort(),
      users: (await names('PolicyUsers', Named.users)).sort(),
      roles: (await names('PolicyRoles', Named.roles)).sort(),
    };
  };
}

const VirtualDevice = z.object({ SerialNumber: z.string(), User: z.object({ Arn: z.string() }) });

/** Serial numbers of the virtual MFA devices of the root user. Only assigned devices have a user. */
export async function rootVirtualMfa(aws: Aws): Promise<Json> {
  const input = { AssignmentStatus: 'Assigned' };
  const listed = await listAll(aws, 'iam:ListVirtualMFADevices', input, 'VirtualMFADevices', VirtualDevice);
  return listed.filter((it) => it.User.Arn.endsWith(`::${aws.account}:root`)).map((it) => it.SerialNumber);
}

const SamlProvider = z.object({ Arn: z.string() });

/** ARNs of the SAML providers. One page: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSAMLProviders.html. */
export async function samlProviders(aws: Aws): Promise<Json> {
  const listed = await aws.list('iam:ListSAMLProviders', {}, { items: SamlProvider, at: 'SAMLProviderList' });
  return listed.map((it) => it.Arn).sort();
}
