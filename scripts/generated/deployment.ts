import { INDEX_TABLE } from '../../src/adapters/aws/dynamodb-index/table.ts';
import { memberRole } from './member-role.ts';
import { stackStorePolicy, storePolicyTemplate } from './store-policy.ts';

/**
 * What a deployment takes from the code: path from the project's folder → text. From the readers' declared actions
 * `serverless.yml` reads the list, and member accounts get the role; the index and the store say what they need.
 */
export function deploymentFiles(actions: readonly string[]): Map<string, string> {
  return new Map([
    ['serverless/permissions.json', json({ actions })],
    ['serverless/index-table.json', json(INDEX_TABLE)],
    ['serverless/store-policy.json', json(stackStorePolicy())],
    ['templates/store-bucket-policy.json', json(storePolicyTemplate())],
    ['templates/member-role.yaml', memberRole(actions)],
  ]);
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
