import { GetPublicAccessBlockCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import manifest from '@aws-sdk/client-s3-control/package.json' with { type: 'json' };
import { type ClientConfig, commands, type ServiceClient } from '../client.ts';

/**
 * AWS wants the account in the host name (`<account>.s3-control.…`). Emulators and gateways do not know that
 * name, and before an IP address it is none: an endpoint of one's own is called as it is given.
 */
function ownEndpoint(config: ClientConfig): object {
  const endpoint = config.endpoint ?? process.env.AWS_ENDPOINT_URL_S3_CONTROL ?? process.env.AWS_ENDPOINT_URL;
  if (endpoint === undefined) return {};
  return { disableHostPrefix: true, endpointProvider: () => ({ url: new URL(endpoint) }) };
}

/** The read operations of s3control that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-s3-control@${manifest.version}`,
  create: (config) => new S3ControlClient({ ...config, ...ownEndpoint(config) }),
  operations: commands({
    GetPublicAccessBlock: GetPublicAccessBlockCommand,
  }),
};
