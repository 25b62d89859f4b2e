import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import { resourceId } from './databases.ts';
import { DEVELOPMENT, IRELAND, PRODUCTION, VIRGINIA } from './names.ts';
import { runningIn } from './servers.ts';
import type { World } from './world.ts';

/** A managed rule of AWS Config that the company deployed. */
export interface ConfigRule {
  readonly account: string;
  readonly region: string;
  readonly identifier: string;
  readonly types?: readonly string[];
}

const rules = (account: string, region: string, identifiers: readonly string[]): ConfigRule[] =>
  identifiers.map((identifier) => {
    const types = TYPES[identifier];
    return { account, region, identifier, ...(types === undefined ? {} : { types }) };
  });

const TYPES: Readonly<Record<string, readonly string[]>> = {
  EC2_INSTANCE_MANAGED_BY_SSM: ['AWS::EC2::Instance'],
  EC2_NO_AMAZON_KEY_PAIR: ['AWS::EC2::Instance'],
  RDS_STORAGE_ENCRYPTED: ['AWS::RDS::DBInstance'],
};

/** The last one is not answered here on some days: what the emulator says to that call is recorded as it is. */
export const CONFIG_RULES: readonly ConfigRule[] = [
  ...rules(PRODUCTION, IRELAND, [
    'EC2_INSTANCE_MANAGED_BY_SSM',
    'EC2_NO_AMAZON_KEY_PAIR',
    'GUARDDUTY_ENABLED_CENTRALIZED',
    'MACIE_STATUS_CHECK',
    'RDS_STORAGE_ENCRYPTED',
    'SECURITY_ACCOUNT_INFORMATION_PROVIDED',
  ]),
  ...rules(PRODUCTION, VIRGINIA, ['EC2_INSTANCE_MANAGED_BY_SSM', 'GUARDDUTY_ENABLED_CENTRALIZED']),
  ...rules(DEVELOPMENT, IRELAND, [
    'EC2_INSTANCE_MANAGED_BY_SSM',
    'EC2_NO_AMAZON_KEY_PAIR',
    'GUARDDUTY_ENABLED_CENTRALIZED',
    'RDS_STORAGE_ENCRYPTED',
  ]),
  ...rules(PRODUCTION, VIRGINIA, ['RDS_SNAPSHOTS_PUBLIC_PROHIBITED']),
];

/** What a rule says about one resource. */
export interface Evaluation {
  readonly type: string;
  readonly id: string;
  readonly compliance: 'COMPLIANT' | 'NON_COMPLIANT';
  readonly annotation?: string;
}

/** Accounts and rules of which the account itself is the only resource. */
const OF_ACCOUNT = new Set([
  'GUARDDUTY_ENABLED_CENTRALIZED',
  'MACIE_STATUS_CHECK',
  'SECURITY_ACCOUNT_INFORMATION_PROVIDED',
]);

/** Days on which the emulator itself is asked for a rule; it lacks the operation and says so in its way. */
const UNANSWERED = { first: '2026-10-26', last: '2026-10-28' };

/** Instances without the Systems Manager agent, by name. */
export const UNMANAGED = ['reporting-legacy', 'dev-qa-1'];

/** Macie was turned on in production on 12 October. */
export const hasMacie = (day: string): boolean => day > '2026-10-12';

/**
 * The results of a rule as they follow from the organisation at the emulator's time, or undefined for a
 * rule that is not answered here.
 */
export async function evaluate(world: World, rule: ConfigRule, day: string): Promise<Evaluation[] | undefined> {
  const { account, region, identifier } = rule;
  const is = (isGood: boolean, annotation: string) =>
    isGood ? { compliance: 'COMPLIANT' as const } : { compliance: 'NON_COMPLIANT' as const, annotation };
  if (OF_ACCOUNT.has(identifier)) {
    const isOn = identifier !== 'MACIE_STATUS_CHECK' || hasMacie(day);
    return [{ type: 'AWS::::Account', id: account, ...is(isOn, 'Amazon Macie is not enabled.') }];
  }
  if (identifier === 'RDS_STORAGE_ENCRYPTED') {
    const { DBInstances = [] } = await world.in(account, region).rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map((it) => ({
      type: 'AWS::RDS::DBInstance',
      id: resourceId(it.DBInstanceIdentifier ?? ''),
      ...is(it.StorageEncrypted === true, 'The DB instance is not encrypted.'),
    }));
  }
  if (identifier === 'RDS_SNAPSHOTS_PUBLIC_PROHIBITED') {
    const isLeftToEmulator = UNANSWERED.first <= day && day <= UNANSWERED.last;
    return isLeftToEmulator
      ? undefined
      : [{ type: 'AWS::RDS::DBSnapshot', id: 'claims-2026-09', compliance: 'COMPLIANT' }];
  }
  if (!identifier.startsWith('EC2_')) return undefined;
  const instances = await runningIn(world.in(account, region));
  const unmanaged = UNMANAGED.map((it) => world.id(`instance/${it}`));
  return instances.map(({ id, keyPair }) => ({
    type: 'AWS::EC2::Instance',
    id,
    ...(identifier === 'EC2_NO_AMAZON_KEY_PAIR'
      ? is(keyPair === null, `EC2 instance is launched with the key pair ${keyPair}.`)
      : is(!unmanaged.includes(id), 'This EC2 instance is not managed by AWS Systems Manager.')),
  }));
}
