import { describe, expect, it } from 'vitest';
import { type CountedRun, countsOf, idleUsd, modelOf, usdOf } from '../../scripts/bench/cost-model.ts';
import { PRICES } from '../../scripts/bench/prices.ts';
import { type CountedLine, countsBy, sizeOf, unitsOf, unitsOfLine } from '../../scripts/bench/request-units.ts';

const line = (it: Partial<CountedLine>): CountedLine => ({ function: 'witnessmark-test-seal', status: 200, ...it });
const dynamodb = (target: string, sent: object, got: object = {}): CountedLine =>
  line({ service: 'dynamodb', target, sent: JSON.stringify(sent), got: JSON.stringify(got) });

describe('what a request is billed as', () => {
  it('tells puts and lists of S3 from gets, and deletes from both', () => {
    const s3 = (method: string, path: string) => unitsOfLine(line({ service: 's3', method, path, sentBytes: 10 }));
    expect(s3('PUT', '/bucket/key?x-id=PutObject')).toEqual({ s3Put: 1, s3Bytes: 10 });
    expect(s3('GET', '/bucket?list-type=2&prefix=tile')).toEqual({ s3Put: 1 });
    expect(s3('GET', '/?x-id=ListBuckets')).toEqual({ s3Put: 1 });
    expect(s3('GET', '/bucket/key?x-id=GetObject')).toEqual({ s3Get: 1 });
    expect(s3('HEAD', '/bucket/key')).toEqual({ s3Get: 1 });
    expect(s3('DELETE', '/bucket/key')).toEqual({});
  });

  it('counts units of DynamoDB by the size of items, by AWS’s rules', () => {
    expect(sizeOf({ pk: { S: 'abc' }, n: { N: '1234' }, m: { M: { a: { BOOL: true } } } })).toBe(5 + 4 + 7);
    const big = { pk: { S: 'x'.repeat(1500) } };
    expect(unitsOfLine(dynamodb('PutItem', { Item: big }))).toEqual({ dynamodbWrite: 2 });
    const batch = { RequestItems: { table: [{ PutRequest: { Item: big } }, { DeleteRequest: { Key: big } }] } };
    expect(unitsOfLine(dynamodb('BatchWriteItem', batch))).toEqual({ dynamodbWrite: 3 });
    expect(unitsOfLine(dynamodb('GetItem', {}, {}))).toEqual({ dynamodbRead: 0.5 });
    const items = { Items: [big, big, big] };
    expect(unitsOfLine(dynamodb('Query', {}, items))).toEqual({ dynamodbRead: 1 });
    expect(unitsOfLine(dynamodb('Query', { ConsistentRead: true }, items))).toEqual({ dynamodbRead: 2 });
    expect(unitsOfLine(dynamodb('BatchGetItem', {}, { Responses: { t: [big, big] } }))).toEqual({ dynamodbRead: 1 });
    expect(() => unitsOfLine(dynamodb('TransactWriteItems', {}))).toThrow('TransactWriteItems');
  });

  it('bills invocations and starts by the millisecond, and errors of AWS not at all', () => {
    expect(unitsOfLine(line({ logBytes: 100, ms: 999.2, memory: 2048 }))).toEqual({
      ...{ logBytes: 100, lambdaRequest: 1, lambdaGbSecond: 2 },
    });
    expect(unitsOfLine(line({ initMs: 500, memory: 512 }))).toEqual({ lambdaGbSecond: 0.25 });
    expect(unitsOfLine(line({ service: 's3', method: 'PUT', path: '/b/k', status: 503 }))).toEqual({});
    expect(unitsOfLine(line({ service: 'iam', action: 'ListUsers' }))).toEqual({});
    expect(
      unitsOf([line({ service: 'kms', target: 'Sign' }), line({ service: 'kms', target: 'GenerateMac' })]),
    ).toEqual(countsBy((unit) => (unit === 'kms' || unit === 'kmsAsymmetric' ? 1 : 0)));
  });
});

describe('the model of a run', () => {
  const run = (tasks: number, assessments: number, changed: number): CountedRun => ({
    tasks,
    assessments,
    counts: countsBy((unit) => (unit === 's3Put' ? 7 + 3 * tasks + 0.5 * assessments + 2 * changed : 0)),
  });
  const runs = { one: run(1, 10, 0), empty: run(8, 100, 0), unchanged: run(8, 1100, 0), first: run(8, 1100, 1000) };

  it('gives back what it was made from', () => {
    const model = modelOf(runs);
    expect(model.base.s3Put).toBeCloseTo(7);
    expect(model.task.s3Put).toBeCloseTo(3);
    expect(model.assessment.s3Put).toBeCloseTo(0.5);
    expect(model.change.s3Put).toBeCloseTo(2);
    const counts = countsOf(model, { tasks: 20, assessments: 5000, changed: 100 });
    expect(counts.s3Put).toBeCloseTo(7 + 60 + 2500 + 200);
    expect(usdOf(counts)).toBeCloseTo(counts.s3Put * 0.000005);
  });

  it('has a page of AWS for each price', () => {
    for (const { usd, page } of Object.values(PRICES)) {
      expect(usd).toBeGreaterThan(0);
      expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\/(on-demand\/)?$/);
    }
    const nothing = { keys: 0, alarms: 0, dashboards: 0, hourlyMetrics: 0, dailyMetrics: 0, polls: 0 };
    expect(idleUsd({ ...nothing, keys: 5, dailyMetrics: 24 })).toBeCloseTo(5.3);
  });
});
