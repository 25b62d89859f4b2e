import { GetResourcePolicyCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import manifest from '@aws-sdk/client-secrets-manager/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of secretsmanager that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-secrets-manager@${manifest.version}`,
  create: (config) => new SecretsManagerClient(config),
  operations: commands({
    GetResourcePolicy: GetResourcePolicyCommand,
    ListSecrets: ListSecretsCommand,
  }),
};
