import {
  GetPolicyCommand,
  LambdaClient,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionsCommand,
  ListFunctionUrlConfigsCommand,
} from '@aws-sdk/client-lambda';
import manifest from '@aws-sdk/client-lambda/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of lambda that readers use. */
export const client: ServiceClient = {
  sdk: `@aws-sdk/client-lambda@${manifest.version}`,
  create: (config) => new LambdaClient(config),
  operations: commands({
    GetPolicy: GetPolicyCommand,
    ListFunctionEventInvokeConfigs: ListFunctionEventInvokeConfigsCommand,
    ListFunctionUrlConfigs: ListFunctionUrlConfigsCommand,
    ListFunctions: ListFunctionsCommand,
  }),
};
