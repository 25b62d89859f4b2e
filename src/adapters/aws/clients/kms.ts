import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import manifest from '@aws-sdk/client-kms/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of kms that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-kms@${manifest.version}`,
  create: (config) => new KMSClient(config),
  operations: commands({
    DescribeKey: DescribeKeyCommand,
    GetKeyPolicy: GetKeyPolicyCommand,
    GetKeyRotationStatus: GetKeyRotationStatusCommand,
    ListKeys: ListKeysCommand,
  }),
};
