import { WitnessmarkError } from '../../model/error.ts';
import type { ClientConfig, Credentials, SdkClient } from './client.ts';
import { loadClient } from './clients.ts';

/** Who calls: the answer of sts:GetCallerIdentity. */
export interface Identity {
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov` … */
  readonly partition: string;
}

/** With which credentials an account is read, and whose they are. */
export interface Access {
  readonly credentials?: Credentials;
  /** ARN of the caller, or `unknown`. */
  readonly caller: string;
  readonly partition: string;
}

export interface AccessOptions {
  readonly roleName?: string;
  readonly externalId?: string;
  /** The config of a client with these credentials, the caller's own where undefined. */
  config(credentials: Credentials | undefined): ClientConfig;
  prepare(client: SdkClient): SdkClient;
}

/** Finds the way into each account, once; learns who calls, once per account. */
export interface Accesses {
  whoAmI(): Promise<Identity>;
  of(account: string): Promise<Access>;
}

const ASSUMED_PARTITION = 'aws';

/**
 * The caller's own account is read with its own credentials, every other one through the role. What
 * was read with credentials of one account is never taken for another's: where the identity is
 * known and is not of the account that was asked for, the call is refused.
 */
export function accesses(options: AccessOptions): Accesses {
  const identities = new Map<string, Promise<Identity>>();
  const identify = (key: string, credentials: Credentials | undefined): Promise<Identity> => {
    const known = identities.get(key);
    if (known !== undefined) return known;
    const asked = identityOf(options, credentials);
    identities.set(key, asked);
    // Only an answer is kept: a passing outage must not make the caller unknown for the whole run.
    asked.catch(() => identities.delete(key));
    return asked;
  };
  const whoAmI = () => identify('own', undefined);
  const roles = new Map<string, Promise<Credentials>>();
  const throughRole = (roleArn: string): Promise<Credentials> => {
    const known = roles.get(roleArn) ?? roleCredentials(roleArn, options);
    roles.set(roleArn, known);
    return known;
  };

  const of = async (account: string): Promise<Access> => {
    const own = await whoAmI().catch(() => undefined);
    const partition = own?.partition ?? ASSUMED_PARTITION;
    if (own?.account === account || (own === undefined && options.roleName === undefined)) {
      return { caller: own?.arn ?? 'unknown', partition };
    }
    if (options.roleName === undefined) throw wrongAccount(account, own?.arn ?? 'unknown');
    const credentials = await throughRole(`arn:${partition}:iam::${account}:role/${options.roleName}`);
    const assumed = await identify(account, credentials).catch(() => undefined);
    if (assumed !== undefined && assumed.account !== account) throw wrongAccount(account, assumed.arn);
    return { credentials, caller: assumed?.arn ?? 'unknown', partition };
  };
  return { whoAmI, of };
}

async function roleCredentials(roleArn: string, options: AccessOptions): Promise<Credentials> {
  const { assumeRole } = await import('./assume-role.ts');
  const { externalId, config } = options;
  return assumeRole({ roleArn, config: config(undefined), ...(externalId === undefined ? {} : { externalId }) });
}

async function identityOf(options: AccessOptions, credentials: Credentials | undefined): Promise<Identity> {
  const sts = await loadClient('sts');
  const command = sts?.operations.GetCallerIdentity?.({});
  if (sts === undefined || command === undefined) throw new Error('sts:GetCallerIdentity is not listed');
  const client = options.prepare(sts.create(options.config(credentials)));
  try {
    const { Account, Arn } = (await client.send(command)) as { Account?: unknown; Arn?: unknown };
    if (typeof Account !== 'string' || typeof Arn !== 'string') throw new Error('the answer names no account');
    return { account: Account, arn: Arn, partition: Arn.split(':')[1] ?? ASSUMED_PARTITION };
  } finally {
    client.destroy();
  }
}

function wrongAccount(account: string, caller: string): WitnessmarkError {
  return new WitnessmarkError(
    'aws-wrong-account',
    `expected credentials of account ${account}, got those of ${caller}`,
    {
      hint: 'name the role to assume in that account, or leave the account out of the scope',
    },
  );
}
