import {
  GetAdministratorAccountCommand,
  GetDetectorCommand,
  GetFindingsCommand,
  GuardDutyClient,
  ListDetectorsCommand,
  ListFindingsCommand,
  ListMembersCommand,
  ListPublishingDestinationsCommand,
} from '@aws-sdk/client-guardduty';
import manifest from '@aws-sdk/client-guardduty/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of guardduty that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-guardduty@${manifest.version}`,
  create: (config) => new GuardDutyClient(config),
  operations: commands({
    GetAdministratorAccount: GetAdministratorAccountCommand,
    GetDetector: GetDetectorCommand,
    GetFindings: GetFindingsCommand,
    ListDetectors: ListDetectorsCommand,
    ListFindings: ListFindingsCommand,
    ListMembers: ListMembersCommand,
    ListPublishingDestinations: ListPublishingDestinationsCommand,
  }),
};
