import {
  BatchGetSecurityControlsCommand,
  DescribeHubCommand,
  GetEnabledStandardsCommand,
  GetFindingsCommand,
  ListSecurityControlDefinitionsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import manifest from '@aws-sdk/client-securityhub/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of securityhub that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-securityhub@${manifest.version}`,
  create: (config) => new SecurityHubClient(config),
  operations: commands({
    BatchGetSecurityControls: BatchGetSecurityControlsCommand,
    DescribeHub: DescribeHubCommand,
    GetEnabledStandards: GetEnabledStandardsCommand,
    GetFindings: GetFindingsCommand,
    ListSecurityControlDefinitions: ListSecurityControlDefinitionsCommand,
  }),
};
