import { HOME, MEMBER } from '../moto.ts';
import { arn, type Expected, each, pair } from './arn.ts';

const user = (name: string, account = HOME) => arn.iam(`user/${name}`, account);
const role = (name: string) => arn.iam(`role/${name}`);
const group = (name: string) => arn.iam(`group/${name}`);
const policy = (name: string) => arn.iam(`policy/${name}`);

/** Accounts, users, groups, roles and policies. */
export function identityOutcomes(): Expected {
  return { ...accountOutcomes(), ...userOutcomes(), ...othersOutcomes() };
}

function accountOutcomes(): Expected {
  return {
    'iam-password-policy-min-length': pair(HOME, MEMBER),
    'iam-password-policy-reuse-prevented': pair(HOME, MEMBER),
    'iam-password-policy-symbol-required': pair(HOME, MEMBER),
    'iam-password-policy-complexity': { [HOME]: 'non_compliant' },
    'iam-password-policy-number-required': { [HOME]: 'non_compliant' },
    'iam-account-saml-provider-exists': pair(HOME, MEMBER),
    'iam-account-security-audit-access-assigned': pair(HOME, MEMBER),
    'iam-account-support-access-assigned': { [HOME]: 'non_compliant' },
  };
}

function userOutcomes(): Expected {
  return {
    'iam-user-console-mfa-enabled': {
      ...pair(user('dora'), user('alice')),
      [user('bob')]: 'not_applicable',
      [user('carol', MEMBER)]: 'not_applicable',
    },
    'iam-user-mfa-enabled': { ...pair(user('dora'), user('alice')), [user('bob')]: 'non_compliant' },
    'iam-user-single-active-key': { [user('bob')]: 'non_compliant', [user('alice')]: 'not_applicable' },
    'iam-user-in-group': pair(user('alice'), user('bob')),
    ...each(
      ['policies-through-groups', 'no-inline-policies', 'inline-no-full-admin'].map((it) => `iam-user-${it}`),
      pair(user('alice'), user('bob')),
    ),
  };
}

function othersOutcomes(): Expected {
  return {
    ...each(
      ['iam-group-no-administrator-access', 'iam-group-inline-no-full-admin'],
      pair(group('readers'), group('admins')),
    ),
    'iam-group-has-users': pair(group('readers'), group('admins')),
    ...each(
      ['iam-role-no-administrator-access', 'iam-role-inline-no-full-admin'],
      pair(role('auditor'), role('anyone')),
    ),
    'iam-role-trust-not-public': { ...pair(role('auditor'), role('anyone')), [role('worker')]: 'compliant' },
    'iam-role-service-trust-bound': pair(role('auditor'), role('worker')),
    ...each(
      [
        'full-admin',
        'full-kms',
        'full-cloudtrail',
        'decrypt-on-all-keys',
        'assume-all-roles',
        'privilege-escalation',
      ].map((it) => `iam-policy-no-${it}`),
      pair(policy('reader'), policy('everything')),
    ),
  };
}
