import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScanCommand, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { ReadBody } from '../../src/adapters/aws/dynamodb-index/items.ts';
import { createTableInput } from '../../src/adapters/aws/dynamodb-index/table.ts';
import { dynamodbIndex } from '../../src/adapters/aws/dynamodb-index.ts';
import type { EvidenceIndex } from '../../src/ports/evidence-index.ts';

export type Sender = Pick<DynamoDBClient, 'send'>;

/** Where bodies that are too large for the table would come from, in tests that have none. */
export const noLargeBody: ReadBody = async ({ id }) => {
  throw new Error(`the body of entry ${id} was asked of the ledger`);
};

/** A DynamoDB to test with, and what is in it. */
export interface TestDynamo {
  readonly client: DynamoDBClient;
  /** Makes an empty table and gives its name. */
  newTable(): Promise<string>;
  newIndex(): Promise<EvidenceIndex>;
  /** Every item of a table as text, sorted. */
  itemsOf(table: string): Promise<string[]>;
  stop(): Promise<void>;
}

export function dynamoAt(endpoint: string, stop: () => Promise<void>): TestDynamo {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  let tables = 0;
  const newTable = async (): Promise<string> => {
    tables += 1;
    const input = createTableInput(`index-${tables}`);
    await client.send(new CreateTableCommand(input));
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.05 } as never, {
      TableName: input.TableName,
    });
    return String(input.TableName);
  };
  return {
    client,
    newTable,
    newIndex: async () => dynamodbIndex({ table: await newTable(), client, readBody: noLargeBody }),
    itemsOf: (table) => itemsOf(client, table),
    async stop() {
      client.destroy();
      await stop();
    },
  };
}

async function itemsOf(client: DynamoDBClient, table: string): Promise<string[]> {
  const items: string[] = [];
  for (let ExclusiveStartKey: object | undefined, more = true; more; more = ExclusiveStartKey !== undefined) {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: ExclusiveStartKey as never }),
    );
    for (const item of page.Items ?? []) items.push(JSON.stringify(Object.entries(item).sort()));
    ExclusiveStartKey = page.LastEvaluatedKey;
  }
  return items.sort();
}

/** DynamoDB as dynalite has it, in this process. */
export async function startDynalite(): Promise<TestDynamo> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return dynamoAt(`http://127.0.0.1:${port}`, async () => {
    server.closeAllConnections();
    server.close();
  });
}

/** `fail`: the request is not made; `fail-after`: it is made, and its answer is lost. */
export type RequestFault = 'ok' | 'fail' | 'fail-after';

/** A client whose requests fail where the hook says so. It is told the command's name and its input. */
export function faulty(client: Sender, hook: (command: string, input: object) => RequestFault): Sender {
  const send = async (command: { input: object; constructor: { name: string } }): Promise<unknown> => {
    const fault = hook(command.constructor.name.replace(/Command$/, ''), command.input);
    if (fault !== 'fail') {
      const answer = await client.send(command as never);
      if (fault === 'ok') return answer;
    }
    throw Object.assign(new Error(`injected fault (${fault})`), { name: 'TimeoutError' });
  };
  return { send: send as Sender['send'] };
}
