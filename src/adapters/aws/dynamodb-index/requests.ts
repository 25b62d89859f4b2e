import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { WitnessmarkError } from '../../../model/error.ts';
import { damaged, indexError, nothingDone } from './errors.ts';

export type Item = Readonly<Record<string, AttributeValue>>;
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** One table, and how it is asked. */
export interface Table {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly name: string;
  /** First pause before what DynamoDB left undone is asked for again, in milliseconds; it doubles up to a second. */
  readonly firstPauseMs: number;
}

/** Most keys in one BatchGetItem, most writes in one BatchWriteItem. */
export const MOST_KEYS = 100;
const MOST_WRITES = 25;
/** How often in a row nothing of a batch may be done before it is given up. */
const MOST_TRIES = 10;
const LONGEST_PAUSE_MS = 1_000;

/** `pk` and `sk` as DynamoDB takes them. */
export const keyItem = ({ pk, sk }: Key) => ({ pk: { S: pk }, sk: { S: sk } });

/** One text for one key, to look an item up in what `getMany` gives. */
export const keyText = ({ pk, sk }: Key): string => `${pk} ${sk}`;

/** The text of an attribute that every item of its kind has. Throws `index-damaged`. */
export function textAt(item: Item, name: string): string {
  const text = item[name]?.S;
  if (text === undefined) throw damaged(`item ${item.pk?.S} ${item.sk?.S} has no text \`${name}\``);
  return text;
}

/** The whole number of such an attribute. Throws `index-damaged`. */
export function numberAt(item: Item, name: string): number {
  const number = Number(item[name]?.N);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw damaged(`item ${item.pk?.S} ${item.sk?.S} has no count \`${name}\``);
}

async function asked<T>(table: Table, operation: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (thrown) {
    throw indexError(thrown, table.name, operation);
  }
}

/** The item with this key as it is now. */
export async function getOne(table: Table, key: Key): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: table.name, Key: keyItem(key), ConsistentRead: true });
  return (await asked(table, 'GetItem', table.client.send(command))).Item;
}

/** The items with these keys as they are now, by `keyText`; at most `MOST_KEYS`, no key twice. */
export async function getMany(table: Table, keys: readonly Key[]): Promise<Map<string, Item>> {
  const found = new Map<string, Item>();
  let left: { readonly [name: string]: AttributeValue }[] = keys.map(keyItem);
  for (let tries = 0; left.length > 0; ) {
    const RequestItems = { [table.name]: { Keys: left, ConsistentRead: true } };
    const answer = await asked(table, 'BatchGetItem', table.client.send(new BatchGetItemCommand({ RequestItems })));
    for (const item of answer.Responses?.[table.name] ?? []) {
      found.set(keyText({ pk: textAt(item, 'pk'), sk: textAt(item, 'sk') }), item);
    }
    const undone = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    // A batch is cut at 16 MiB too, which is no throttle.
    tries = undone.length < left.length ? 0 : tries + 1;
    if (undone.length > 0) await pauseBefore(table, 'BatchGetItem', tries);
    left = undone;
  }
  return found;
}

async function pauseBefore(table: Table, operation: string, tries: number): Promise<void> {
  if (tries >= MOST_TRIES) throw nothingDone(table.name, operation);
  if (tries > 0)
    await setTimeout(Math.min(table.firstPauseMs * 2 ** (tries - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2));
}

export type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;
export const IF_ABSENT: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

/** Writes an item where the condition holds; whether it did. */
export async function put(table: Table, item: Item, condition: Condition): Promise<boolean> {
  const command = new PutItemCommand({ TableName: table.name, Item: item, ...condition });
  try {
    await table.client.send(command);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === 'ConditionalCheckFailedException') return false;
    throw indexError(thrown, table.name, 'PutItem');
  }
}

export async function deleteOne(table: Table, key: Key): Promise<void> {
  const command = new DeleteItemCommand({ TableName: table.name, Key: keyItem(key) });
  await asked(table, 'DeleteItem', table.client.send(command));
}

export async function deleteMany(table: Table, keys: readonly Key[]): Promise<void> {
  for (let from = 0; from < keys.length; from += MOST_WRITES) {
    let left = keys.slice(from, from + MOST_WRITES).map((key) => ({ DeleteRequest: { Key: keyItem(key) } }) as object);
    for (let tries = 0; left.length > 0; ) {
      const command = new BatchWriteItemCommand({ RequestItems: { [table.name]: left } });
      const answer = await asked(table, 'BatchWriteItem', table.client.send(command));
      const undone = answer.UnprocessedItems?.[table.name] ?? [];
      tries = undone.length < left.length ? 0 : tries + 1;
      if (undone.length > 0) await pauseBefore(table, 'BatchWriteItem', tries);
      left = undone;
    }
  }
}

/** Before and after every sort key. */
const LOWEST = ' ';
const HIGHEST = '~';

interface PageItems {
  readonly first: number;
  readonly most: number;
}

/** What of one partition is read. */
export interface Range {
  readonly pk: string;
  /** Lowest and highest sort key, both included. */
  readonly from?: string;
  readonly to?: string;
  readonly descending?: boolean;
  /**
   * Items of the first page, and of the largest, where few may be wanted: pages double, and none is read
   * ahead. As many as go into 1 MB where left out.
   */
  readonly pageItems?: PageItems;
  /** Attributes that are wanted; all where left out. */
  readonly fields?: readonly string[];
}

/** The items of a range as they are now, in order of their sort keys, to the last page. */
export async function* query(table: Table, range: Range): AsyncGenerator<Item> {
  // DynamoDB takes a range that ends before it begins for a mistake.
  if ((range.from ?? LOWEST) > (range.to ?? HIGHEST)) return;
  const input = queryInput(table, range);
  const { first, most } = range.pageItems ?? {};
  const ask = (ExclusiveStartKey: PageKey | undefined, page: number) => {
    const Limit = first === undefined ? undefined : Math.min(first * 2 ** page, most ?? first);
    return table.client.send(new QueryCommand({ ...input, Limit, ExclusiveStartKey }));
  };
  yield* pages({ table, operation: 'Query', readsAhead: first === undefined }, ask);
}

function queryInput(table: Table, { pk, from = LOWEST, to = HIGHEST, descending = false, fields }: Range) {
  return {
    TableName: table.name,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
    ConsistentRead: true,
    ScanIndexForward: !descending,
    ...(fields === undefined ? {} : projectionOf(fields)),
  };
}

/** By placeholders, because hundreds of common words are reserved. */
function projectionOf(fields: readonly string[]) {
  const names = fields.map((field, at) => [`#f${at}`, field] as const);
  return {
    ProjectionExpression: names.map(([placeholder]) => placeholder).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names),
  };
}

/** The keys of everything in the table. */
export async function* scanKeys(table: Table): AsyncGenerator<Key> {
  const input = { TableName: table.name, ConsistentRead: true, ProjectionExpression: 'pk, sk' };
  const items = pages({ table, operation: 'Scan', readsAhead: true }, (ExclusiveStartKey) =>
    table.client.send(new ScanCommand({ ...input, ExclusiveStartKey })),
  );
  for await (const item of items) yield { pk: textAt(item, 'pk'), sk: textAt(item, 'sk') };
}

type PageKey = Record<string, AttributeValue>;

interface Page {
  readonly Items?: Item[] | undefined;
  readonly LastEvaluatedKey?: PageKey | undefined;
}

interface Pages {
  readonly table: Table;
  readonly operation: string;
  /** Whether the next page is asked for before this one has been taken. */
  readonly readsAhead: boolean;
}

async function* pages(
  { table, operation, readsAhead }: Pages,
  ask: (from: PageKey | undefined, page: number) => Promise<Page>,
): AsyncGenerator<Item> {
  const asking = (from: PageKey | undefined, page: number) => {
    const answer = asked(table, operation, ask(from, page));
    // Whoever stops reading before it comes does not wait for it.
    answer.catch(() => undefined);
    return answer;
  };
  let from: PageKey | undefined;
  let ahead: Promise<Page> | undefined;
  for (let page = 0; ; page += 1) {
    const { Items = [], LastEvaluatedKey: next } = await (ahead ?? asking(from, page));
    if (next !== undefined && JSON.stringify(next) === JSON.stringify(from)) throw endless(table, operation);
    from = next;
    ahead = next !== undefined && readsAhead ? asking(next, page + 1) : undefined;
    yield* Items;
    if (next === undefined) return;
  }
}

function endless(table: Table, operation: string): WitnessmarkError {
  return new WitnessmarkError(
    'index-answer-invalid',
    `${operation} of table ${table.name}: an answer that is cut goes on where the one before it ended`,
  );
}
