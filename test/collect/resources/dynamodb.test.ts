import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/model/json.ts';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  rejected,
  resourceOf,
} from './recorded.ts';

const tables = fixture('dynamodb/three-tables.json');
const TYPE = 'AWS::DynamoDB::Table';
const REGION = 'eu-west-1';
const orders = { TableName: 'orders' };
const arn = (name: string) => `arn:aws:dynamodb:eu-west-1:111122223333:table/${name}`;
const customer = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const described = tables.find((it) => it.call === 'dynamodb:DescribeTable' && it.input?.TableName === 'orders');

/** The tables with `orders` described differently. */
function withOrders(change: JsonObject) {
  const answer = { Table: { ...(described?.answer?.Table as JsonObject), ...change } };
  return changed(tables, { call: 'dynamodb:DescribeTable', input: orders, answer });
}

const ordersOf = async (calls: typeof tables) => resourceOf(await read('dynamodb', calls, REGION), TYPE, 'orders');

describe('DynamoDB tables', () => {
  it('are found on all pages, with every fact', async () => {
    const reading = await read('dynamodb', tables, REGION);
    expect(populationOf(reading, TYPE).resources.map((it) => it.id)).toEqual(['audit', 'orders', 'sessions'].map(arn));
    const { facts, failures } = resourceOf(reading, TYPE, 'orders');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      status: 'ACTIVE',
      kmsKeyArn: customer,
      keyManager: 'CUSTOMER',
      pointInTimeRecovery: true,
      recoveryPeriodDays: 14,
      deletionProtection: true,
      policy: expect.objectContaining({ Version: '2012-10-17' }),
    });
  });

  it('tell the key of a customer from those of AWS', async () => {
    const reading = await read('dynamodb', tables, REGION);
    expect(resourceOf(reading, TYPE, 'audit').facts.keyManager).toBe('AWS');
    expect(resourceOf(reading, TYPE, 'sessions').facts).toMatchObject({ kmsKeyArn: null, keyManager: 'AWS_OWNED' });
  });

  it('use the key that DynamoDB owns until another one is in use', async () => {
    for (const [Status, key] of [
      ['ENABLING', null],
      ['DISABLED', null],
      ['UPDATING', customer],
      ['DISABLING', customer],
    ] as const) {
      const { facts } = await ordersOf(withOrders({ SSEDescription: { Status, KMSMasterKeyArn: customer } }));
      expect(facts.kmsKeyArn).toBe(key);
    }
  });

  it('have nulls for what DynamoDB says is not set', async () => {
    const { facts, failures } = resourceOf(await read('dynamodb', tables, REGION), TYPE, 'sessions');
    expect(failures).toEqual({});
    expect(facts).toMatchObject({ pointInTimeRecovery: false, recoveryPeriodDays: null, policy: null });
    expect(resourceOf(await read('dynamodb', tables, REGION), TYPE, 'audit').facts).toMatchObject({
      pointInTimeRecovery: true,
      recoveryPeriodDays: null,
    });
  });

  it.each([
    ['dynamodb:DescribeTable', orders, ['status', 'kmsKeyArn', 'keyManager', 'deletionProtection']],
    ['dynamodb:DescribeContinuousBackups', orders, ['pointInTimeRecovery', 'recoveryPeriodDays']],
    ['dynamodb:GetResourcePolicy', { ResourceArn: arn('orders') }, ['policy']],
    ['kms:DescribeKey', { KeyId: customer }, ['keyManager']],
  ])('fail in exactly the facts that need %s', async (call, input, facts) => {
    const { failures } = await ordersOf(changed(tables, { call, input, error: denied }));
    expect(Object.keys(failures)).toEqual(facts);
    expect(failures[facts[0] ?? '']).toMatchObject({ operation: call, kind: 'denied' });
  });

  it.each([
    ['deletionProtection', { DeletionProtectionEnabled: null }, ['deletionProtection']],
    ['encryption', { SSEDescription: { Status: 'ENABLED' } }, ['kmsKeyArn', 'keyManager']],
    [
      'encryption status',
      { SSEDescription: { Status: 'NEW', KMSMasterKeyArn: customer } },
      ['kmsKeyArn', 'keyManager'],
    ],
  ])('have an unknown %s where DescribeTable does not say it', async (_, change, facts) => {
    const { failures } = await ordersOf(withOrders(change));
    expect(Object.keys(failures)).toEqual(facts);
    expect(failures[facts[0] ?? '']).toMatchObject({ kind: 'unparsable' });
  });

  it('take no other error for the absence of a policy', async () => {
    const input = { ResourceArn: arn('orders') };
    const error = rejected('ResourceNotFoundException', 400);
    const { failures } = await ordersOf(changed(tables, { call: 'dynamodb:GetResourcePolicy', input, error }));
    expect(failures.policy).toMatchObject({ kind: 'rejected', name: 'ResourceNotFoundException' });
  });

  it('are an unknown population when the list is denied or a page of it is', async () => {
    for (const input of [{}, { ExclusiveStartTableName: 'orders' }]) {
      const calls = changed(tables, { call: 'dynamodb:ListTables', input, error: denied });
      expect(populationOf(await read('dynamodb', calls, REGION), TYPE)).toMatchObject({
        resources: [],
        failure: { kind: 'denied' },
      });
    }
  });

  it('give the same when what was stored is read again', async () => {
    const reading = await read('dynamodb', tables, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers of DynamoDB', () => {
  it('of DescribeTable can be read', async () => {
    const answers = realAnswers('dynamodb', 'DescribeTable');
    expect(answers.length).toBeGreaterThan(10);
    for (const { data: answer } of answers) {
      const { facts } = await ordersOf(changed(tables, { call: 'dynamodb:DescribeTable', input: orders, answer }));
      expect(facts).toHaveProperty('status');
      expect(facts).toHaveProperty('kmsKeyArn');
    }
  });

  it('of DescribeContinuousBackups and GetResourcePolicy can be read', async () => {
    for (const { data: answer } of realAnswers('dynamodb', 'DescribeContinuousBackups')) {
      const calls = changed(tables, { call: 'dynamodb:DescribeContinuousBackups', input: orders, answer });
      expect((await ordersOf(calls)).facts.pointInTimeRecovery).toBeTypeOf('boolean');
    }
    for (const { data: answer } of realAnswers('dynamodb', 'GetResourcePolicy')) {
      const input = { ResourceArn: arn('orders') };
      const { facts } = await ordersOf(changed(tables, { call: 'dynamodb:GetResourcePolicy', input, answer }));
      expect(facts.policy).toHaveProperty('Statement');
    }
  });
});
