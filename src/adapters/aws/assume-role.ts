import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { ClientConfig, Credentials } from './client.ts';

export interface AssumeRoleOptions {
  readonly roleArn: string;
  readonly externalId?: string;
  /** How the STS client is made; its credentials are the ones that assume the role. */
  readonly config: ClientConfig;
}

/** Credentials of a role in another account, for one hour, renewed before they end. */
export function assumeRole(options: AssumeRoleOptions): Credentials {
  const { credentials, ...clientConfig } = options.config;
  return fromTemporaryCredentials({
    params: {
      RoleArn: options.roleArn,
      RoleSessionName: 'witnessmark',
      DurationSeconds: 3600,
      ...(options.externalId === undefined ? {} : { ExternalId: options.externalId }),
    },
    ...(credentials === undefined ? {} : { masterCredentials: credentials }),
    clientConfig,
  });
}
