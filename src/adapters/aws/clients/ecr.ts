import {
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr';
import manifest from '@aws-sdk/client-ecr/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of ecr that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-ecr@${manifest.version}`,
  create: (config) => new ECRClient(config),
  operations: commands({
    DescribeRepositories: DescribeRepositoriesCommand,
    GetLifecyclePolicy: GetLifecyclePolicyCommand,
    GetRegistryScanningConfiguration: GetRegistryScanningConfigurationCommand,
    GetRepositoryPolicy: GetRepositoryPolicyCommand,
  }),
};
