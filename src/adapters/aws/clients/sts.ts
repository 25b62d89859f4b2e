import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import manifest from '@aws-sdk/client-sts/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of sts that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-sts@${manifest.version}`,
  create: (config) => new STSClient(config),
  operations: commands({
    GetCallerIdentity: GetCallerIdentityCommand,
  }),
};
