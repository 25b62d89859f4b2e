import { hash } from 'node:crypto';
import { BatchWriteItemCommand, PutItemCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import type { ReadBody } from '../../src/adapters/aws/dynamodb-index/items.ts';
import { createTableInput, INDEX_ACTIONS, INDEX_TABLE } from '../../src/adapters/aws/dynamodb-index/table.ts';
import { dynamodbIndex } from '../../src/adapters/aws/dynamodb-index.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import type { IndexedEntry } from '../../src/ports/evidence-index.ts';
import { evidence, indexed, observations, plan } from '../app/bodies-of.ts';
import { everyAnswer } from '../ports/every-answer.ts';
import { evidenceIndexFaults } from '../ports/evidence-index.faults.ts';
import { faulty, noLargeBody, type RequestFault, type Sender, startDynalite } from './dynamodb.ts';

const dynamo = await startDynalite();
afterAll(() => dynamo.stop());

evidenceIndexFaults('dynalite', dynamo, { every: 20, ledgers: 2 });

type Hook = (command: string, input: object) => RequestFault;
const indexOn = (table: string, hook: Hook = () => 'ok', readBody: ReadBody = noLargeBody) =>
  dynamodbIndex({ table, client: faulty(dynamo.client, hook), readBody, firstPauseMs: 1 });

const LEDGER = indexed([
  plan({}),
  evidence({ subject: 'a' }),
  evidence({ subject: 'b', source: 'check:c-d' }),
  observations({}, ['check:a-b']),
]);

async function filledTable(entries: readonly IndexedEntry[] = LEDGER): Promise<string> {
  const table = await dynamo.newTable();
  await indexOn(table).apply(entries);
  return table;
}

/** A client that answers in the place of DynamoDB for some commands. */
function answering(answer: (command: string, input: object, real: () => Promise<never>) => unknown): Sender {
  const send = async (command: { input: object; constructor: { name: string } }) =>
    answer(
      command.constructor.name.replace(/Command$/, ''),
      command.input,
      () => dynamo.client.send(command as never) as Promise<never>,
    );
  return { send: send as Sender['send'] };
}
const answeredOn = (table: string, answer: Parameters<typeof answering>[0]) =>
  dynamodbIndex({ table, client: answering(answer), readBody: noLargeBody, firstPauseMs: 1 });
const refusing = (name: string, status: number) => () => {
  throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });
};

describe('a body that is too large for an item', () => {
  // What hashes to nothing in common does not shrink.
  const noise = Array.from({ length: 10_000 }, (_, at) => hash('sha256', String(at), 'base64')).join('');
  const large = evidence({ subject: 'large', facts: { text: noise } });
  const wordy = evidence({ subject: 'wordy', reason: 'because '.repeat(20_000) });
  const entries = indexed([evidence({ subject: 'small' }), large, wordy]);

  it('is read from the ledger, whole, and the small ones beside it are not', async () => {
    const asked: string[] = [];
    const index = indexOn(await filledTable(entries), undefined, async ({ id, in: object }) => {
      asked.push(`${id} ${object}`);
      return Buffer.from(canonicalize(large));
    });
    expect((await index.evidenceAt(1))?.facts).toEqual(large.facts);
    expect((await Array.fromAsync(index.evidence({}))).map((it) => it.evidence)).toEqual(entries.map((it) => it.body));
    const one = `${large.id} ${entries[1]?.entry.in}`;
    expect(asked).toEqual([one, one]);
  });

  it('is an error where the ledger gives another one', async () => {
    const index = indexOn(await filledTable(entries), undefined, async () => Buffer.from(canonicalize(wordy)));
    const told = await index.evidenceAt(1).catch((it: unknown) => it);
    expect(told).toHaveProperty('code', 'index-damaged');
    await expect(Array.fromAsync(index.evidence({}))).rejects.toMatchObject({ code: 'index-damaged' });
  });

  it('has a head all the same, also where that is too large itself', async () => {
    const index = indexOn(await filledTable(entries));
    for (const order of ['source', 'entry'] as const) {
      const heads = await Array.fromAsync(index.heads(order, 3));
      expect(heads.map((it) => it.evidence.reason)).toEqual(['because', 'because', wordy.reason]);
      expect(heads.map((it) => it.hash)).toEqual(entries.map((it) => it.entry.body.slice(7)));
    }
  });
});

describe('what is taken in', () => {
  it('is never put over another entry', async () => {
    const table = await filledTable(LEDGER.slice(0, 1));
    // Written and not visible, as after a crash; then the ledger is another one.
    let puts = 0;
    const dying: Hook = (command) => (command === 'PutItem' && ++puts > 1 ? 'fail' : 'ok');
    await expect(indexOn(table, dying).apply(LEDGER.slice(1))).rejects.toThrow();
    const others = indexed([plan({}), evidence({ subject: 'x' })]).slice(1);
    await expect(indexOn(table).apply(others)).rejects.toMatchObject({ code: 'index-conflict' });
    expect(await indexOn(table).size()).toBe(1);
    expect(await Array.fromAsync(indexOn(table).evidence({}))).toEqual([]);
  });

  it('has the body that its entry names', async () => {
    const [first, second] = LEDGER.slice(1) as [IndexedEntry, IndexedEntry];
    const table = await dynamo.newTable();
    const wrong = [{ ...first, index: 0, body: second.body }];
    await expect(indexOn(table).apply(wrong)).rejects.toMatchObject({ code: 'index-entry-invalid' });
    expect(await dynamo.itemsOf(table)).toEqual([]);
  });

  it('changes no item when it is taken in again, even where the size was lost', async () => {
    const table = await filledTable();
    const before = await dynamo.itemsOf(table);
    await indexOn(table).apply(LEDGER);
    expect(await dynamo.itemsOf(table)).toEqual(before);
    const numbers = { layout: { N: '1' }, generation: { N: '0' }, size: { N: '0' } };
    const state = { pk: { S: 'state' }, sk: { S: 'state' }, ...numbers };
    await dynamo.client.send(new PutItemCommand({ TableName: table, Item: state }));
    expect(await indexOn(table).size()).toBe(0);
    await indexOn(table).apply(LEDGER);
    expect(await dynamo.itemsOf(table)).toEqual(before);
  });
});

describe('clear', () => {
  const deletes = new Set(['DeleteItem', 'BatchWriteItem', 'Scan']);
  const mayNotDelete = (command: string, _: object, real: () => Promise<never>) =>
    deletes.has(command) ? refusing('AccessDeniedException', 400)() : real();

  it('of an empty table needs no right to delete, and leaves no item', async () => {
    const table = await dynamo.newTable();
    await answeredOn(table, mayNotDelete).clear();
    expect(await dynamo.itemsOf(table)).toEqual([]);
  });

  it('of one that holds something changes nothing without that right', async () => {
    const table = await filledTable();
    const before = await dynamo.itemsOf(table);
    await expect(answeredOn(table, mayNotDelete).clear()).rejects.toMatchObject({ code: 'index-denied' });
    expect(await dynamo.itemsOf(table)).toEqual(before);
  });

  it('also takes away what a broken off writer left', async () => {
    const table = await dynamo.newTable();
    let puts = 0;
    const dying: Hook = (command) => (command === 'PutItem' && ++puts > 6 ? 'fail' : 'ok');
    await expect(indexOn(table, dying).apply(LEDGER)).rejects.toThrow();
    await indexOn(table).clear();
    expect(await dynamo.itemsOf(table)).toHaveLength(1);
    await indexOn(table).apply(indexed([evidence({ subject: 'x' })]));
    expect(await indexOn(table).size()).toBe(1);
  });

  it('leaves all or nothing visible whichever request fails, and can be done again', async () => {
    let steps = 0;
    await indexOn(await filledTable(), () => {
      steps += 1;
      return 'ok';
    }).clear();
    for (let step = 0; step < steps; step += 2) {
      const table = await filledTable();
      let at = -1;
      const dying: Hook = () => (++at < step ? 'ok' : at === step && step % 4 === 0 ? 'fail-after' : 'fail');
      await expect(indexOn(table, dying).clear()).rejects.toMatchObject({ code: 'index-unreachable' });
      const heads = await Array.fromAsync(indexOn(table).heads('entry', 99));
      expect([await indexOn(table).size(), heads.length]).toEqual((await indexOn(table).size()) > 0 ? [4, 2] : [0, 0]);
      await indexOn(table).clear();
      // The state alone, with the generation.
      expect(await dynamo.itemsOf(table)).toHaveLength(1);
    }
  });

  it('makes a writer of the time before fail, and nothing of it visible', async () => {
    const table = await filledTable(LEDGER.slice(0, 1));
    let cleared = false;
    const slow = answeredOn(table, async (command, _, real) => {
      if (command === 'PutItem' && !cleared) {
        cleared = true;
        await indexOn(table).clear();
      }
      return real();
    });
    await expect(slow.apply(LEDGER)).rejects.toMatchObject({ code: 'index-cleared' });
    expect(await indexOn(table).size()).toBe(0);
    await indexOn(table).apply(indexed([plan({})]));
    expect(await Array.fromAsync(indexOn(table).heads('entry', 9))).toEqual([]);
  });
});

describe('a question while the table is cleared', () => {
  it('is an error, and not a short answer', async () => {
    const ask: ((index: ReturnType<typeof indexOn>) => Promise<unknown>)[] = [
      (index) => Array.fromAsync(index.evidence({})),
      (index) => Array.fromAsync(index.observations({})),
      (index) => Array.fromAsync(index.bodies('plan')),
      (index) => Array.fromAsync(index.heads('source', 9)),
      (index) => Array.fromAsync(index.heads('entry', 9)),
      (index) => index.current('check:a-b', '111122223333', 'eu-west-1'),
    ];
    for (const question of ask) {
      const table = await filledTable();
      let cleared: Promise<void> | undefined;
      const disturbed = answeredOn(table, async (command, _, real) => {
        if (command === 'Query') {
          cleared = cleared ?? indexOn(table).clear();
          await cleared;
        }
        return real();
      });
      await expect(question(disturbed)).rejects.toMatchObject({ code: 'index-cleared' });
    }
  });
});

describe('what it asks of DynamoDB', () => {
  async function used(act: (index: ReturnType<typeof indexOn>) => Promise<unknown>, table: string): Promise<string[]> {
    const seen = new Set<string>();
    await act(
      indexOn(table, (command) => {
        seen.add(`dynamodb:${command}`);
        return 'ok';
      }),
    );
    return [...seen].sort();
  }

  it('is the actions that the roles are given, and no more', async () => {
    const table = await dynamo.newTable();
    const actions = (names: readonly string[]) => names.toSorted();
    const write = await used((index) => index.apply(LEDGER), table);
    const read = await used((index) => everyAnswer(index, LEDGER), table);
    const clear = await used((index) => index.clear(), table);
    expect(read).toEqual(actions(INDEX_ACTIONS.read));
    expect(actions([...new Set([...read, ...write])])).toEqual(actions(INDEX_ACTIONS.write));
    expect(actions([...new Set([...read, ...write, ...clear])])).toEqual(actions(INDEX_ACTIONS.clear));
    expect(write.filter((it) => /Delete|Update|Batchwrite/i.test(it))).toEqual([]);
  });

  it('reads what is there now, never what was', async () => {
    const table = await filledTable();
    const inconsistent: object[] = [];
    const watch: Hook = (command, input) => {
      const reads =
        command === 'BatchGetItem' ? Object.values((input as { RequestItems: object }).RequestItems) : [input];
      inconsistent.push(...reads.filter((it) => !(it as { ConsistentRead?: boolean }).ConsistentRead));
      return 'ok';
    };
    await everyAnswer(indexOn(table, watch), LEDGER);
    expect(inconsistent).toEqual([]);
  });

  it('is a table that cannot be lost by mistake', () => {
    expect(INDEX_TABLE).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    });
    expect(createTableInput('t')).toMatchObject({ TableName: 't', DeletionProtectionEnabled: true });
  });
});

describe('an answer in parts', () => {
  it('is read to its last page', async () => {
    const table = await filledTable();
    const cut = answeredOn(table, (command, input, real) => {
      if (command === 'Query') (input as QueryCommandInput).Limit = 1;
      return real();
    });
    expect(await everyAnswer(cut, LEDGER)).toEqual(await everyAnswer(indexOn(table), LEDGER));
  });

  it('is asked for again where a batch was left undone, and given up when nothing is ever done', async () => {
    const table = await filledTable();
    let batches = 0;
    const half = answeredOn(table, async (command, input, real) => {
      if (command !== 'BatchGetItem') return real();
      batches += 1;
      const asked = (input as { RequestItems: Record<string, { Keys: object[] }> }).RequestItems[table];
      const undone = batches % 2 === 1 ? asked?.Keys.splice(1) : asked?.Keys.splice(0);
      if (asked?.Keys.length === 0) return { Responses: {}, UnprocessedKeys: { [table]: { Keys: undone } } };
      const answer: object = await real();
      return { ...answer, UnprocessedKeys: undone?.length ? { [table]: { Keys: undone } } : {} };
    });
    expect(await Array.fromAsync(half.evidence({}))).toEqual(await Array.fromAsync(indexOn(table).evidence({})));
    const never = answeredOn(table, (command, input, real) =>
      command === 'BatchGetItem' ? { UnprocessedKeys: (input as { RequestItems: object }).RequestItems } : real(),
    );
    await expect(Array.fromAsync(never.evidence({}))).rejects.toMatchObject({ code: 'index-throttled' });
  });

  it('to a deletion is asked for again too, until all is gone', async () => {
    const table = await filledTable();
    let batches = 0;
    const half = answeredOn(table, async (command, input, real) => {
      if (command !== 'BatchWriteItem') return real();
      batches += 1;
      const [first, ...undone] = (input as { RequestItems: Record<string, object[]> }).RequestItems[table] ?? [];
      await dynamo.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: [first as object] } }));
      return { UnprocessedItems: undone.length > 0 ? { [table]: undone } : {} };
    });
    const items = (await dynamo.itemsOf(table)).length;
    await half.clear();
    expect(batches).toBe(items - 1);
    expect(await dynamo.itemsOf(table)).toHaveLength(1);
  });

  it('that goes on where it ended is an error', async () => {
    const table = await filledTable();
    const same = { Items: [], LastEvaluatedKey: { pk: { S: 'p' }, sk: { S: 's' } } };
    const endless = answeredOn(table, (command, _, real) => (command === 'Query' ? same : real()));
    await expect(Array.fromAsync(endless.evidence({}))).rejects.toMatchObject({ code: 'index-answer-invalid' });
  });
});

describe('a failure is told by a code and what to do', () => {
  it.each([
    ['ResourceNotFoundException', 400, 'index-missing'],
    ['AccessDeniedException', 400, 'index-denied'],
    ['ProvisionedThroughputExceededException', 400, 'index-throttled'],
    ['ThrottlingException', 400, 'index-throttled'],
    ['InternalServerError', 500, 'index-unreachable'],
    ['ValidationException', 400, 'index-failed'],
  ])('%s (%i) is %s', async (name, status, code) => {
    const index = answeredOn('t', refusing(name, status));
    const told = { code, hint: expect.stringMatching(/./), cause: expect.objectContaining({ name }) };
    await expect(index.size()).rejects.toMatchObject(told);
    await expect(index.apply(LEDGER)).rejects.toMatchObject(told);
    await expect(index.clear()).rejects.toMatchObject(told);
    await expect(everyAnswer(index, LEDGER)).rejects.toMatchObject(told);
  });

  it('is never an empty answer where the table is not there', async () => {
    await expect(indexOn('nobody-made-this').size()).rejects.toMatchObject({ code: 'index-missing' });
  });

  it.each([
    ['of another layout', { layout: { N: '2' } }, 'index-layout'],
    ['without a size', { layout: { N: '1' }, generation: { N: '0' } }, 'index-damaged'],
  ])('a table %s is not read', async (_, numbers, code) => {
    const table = await filledTable();
    const state = { pk: { S: 'state' }, sk: { S: 'state' }, ...numbers };
    await dynamo.client.send(new PutItemCommand({ TableName: table, Item: state }));
    await expect(indexOn(table).size()).rejects.toMatchObject({ code });
    await expect(indexOn(table).apply(LEDGER)).rejects.toMatchObject({ code });
  });

  type Altered = (item: object) => object[];
  const ALTERED: readonly [string, Altered][] = [
    ['altered', (item) => [{ ...item, body: { B: Buffer.from('no gzip') } }]],
    ['missing', () => []],
  ];
  it.each(ALTERED)('an entry that is %s is an error, whoever names it', async (_, alter) => {
    const table = await filledTable();
    const altered = answeredOn(table, async (command, input, real) => {
      const answer = (await real()) as { Responses?: Record<string, object[]>; Item?: object };
      if (command === 'BatchGetItem') return { Responses: { [table]: answer.Responses?.[table]?.flatMap(alter) } };
      const isState = JSON.stringify(input).includes('"state"');
      return command === 'GetItem' && !isState ? { Item: alter(answer.Item ?? {})[0] } : answer;
    });
    const damaged = { code: 'index-damaged' };
    await expect(Array.fromAsync(altered.evidence({}))).rejects.toMatchObject(damaged);
    await expect(Array.fromAsync(altered.bodies('plan'))).rejects.toMatchObject(damaged);
    await expect(altered.evidenceAt(1)).rejects.toMatchObject(damaged);
    await expect(altered.current('check:a-b', '111122223333', 'eu-west-1')).rejects.toMatchObject(damaged);
  });
});
