import { GetPublicAccessBlockCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import manifest from '@aws-sdk/client-s3-control/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of s3control that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-s3-control@${manifest.version}`,
  create: (config) => new S3ControlClient(config),
  operations: commands({
    GetPublicAccessBlock: GetPublicAccessBlockCommand,
  }),
};
