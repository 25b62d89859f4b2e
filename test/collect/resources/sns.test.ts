import { describe, expect, it } from 'vitest';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  resourceOf,
} from './recorded.ts';

const calls = fixture('sns/two-topics.json');
const TYPE = 'AWS::SNS::Topic';
const REGION = 'eu-central-1';
const arn = (name: string) => `arn:aws:sns:eu-central-1:111122223333:${name}`;
const attributes = { call: 'sns:GetTopicAttributes', input: { TopicArn: arn('alerts') } };

describe('SNS topics', () => {
  it('are found on all pages', async () => {
    const { resources } = populationOf(await read('sns', calls, REGION), TYPE);
    expect(resources.map((it) => [it.id, it.name])).toEqual([
      [arn('alerts'), 'alerts'],
      [arn('orders.fifo'), 'orders.fifo'],
    ]);
  });

  it('give every fact', async () => {
    const reading = await read('sns', calls, REGION);
    const alerts = resourceOf(reading, TYPE, 'alerts');
    expect(alerts.failures).toEqual({});
    expect(alerts.facts).toEqual({
      policy: expect.objectContaining({ Id: '__default_policy_ID' }),
      kmsKeyId: null,
      protocols: ['http', 'sqs'],
    });
    expect(resourceOf(reading, TYPE, 'orders.fifo').facts).toMatchObject({ kmsKeyId: 'alias/aws/sns', protocols: [] });
  });

  it('list the subscriptions of all topics once, and lose that fact alone where they are denied', async () => {
    const refused = changed(calls, { call: 'sns:ListSubscriptions', input: {}, error: denied });
    const reading = await read('sns', refused, REGION);
    expect(Object.keys(resourceOf(reading, TYPE, 'alerts').failures)).toEqual(['protocols']);
    expect(reading.retrievals.filter((it) => it.operation === 'ListSubscriptions')).toHaveLength(1);
  });

  it('lose policy and key, of one topic alone, where its attributes are denied', async () => {
    const reading = await read('sns', changed(calls, { ...attributes, error: denied }), REGION);
    expect(Object.keys(resourceOf(reading, TYPE, 'alerts').failures).toSorted()).toEqual(['kmsKeyId', 'policy']);
    expect(resourceOf(reading, TYPE, 'orders.fifo').failures).toEqual({});
  });

  it('lose the policy alone where the answer has none', async () => {
    const answer = { Attributes: { TopicArn: arn('alerts'), KmsMasterKeyId: 'alias/own' } };
    const { facts, failures } = resourceOf(
      await read('sns', changed(calls, { ...attributes, answer }), REGION),
      TYPE,
      'alerts',
    );
    expect(failures).toMatchObject({ policy: { kind: 'unparsable' } });
    expect(facts.kmsKeyId).toBe('alias/own');
  });

  it('are an unknown population when the list is denied', async () => {
    const reading = await read('sns', changed(calls, { call: 'sns:ListTopics', input: {}, error: denied }), REGION);
    expect(populationOf(reading, TYPE).failure).toMatchObject({ kind: 'denied' });
  });

  it('are the same when the recording is read again', async () => {
    const reading = await read('sns', calls, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers of SNS', () => {
  it('of GetTopicAttributes can be read', async () => {
    const real = realAnswers('sns', 'GetTopicAttributes');
    expect(real.length).toBeGreaterThan(10);
    for (const { data: answer } of real) {
      const { failures } = resourceOf(
        await read('sns', changed(calls, { ...attributes, answer }), REGION),
        TYPE,
        'alerts',
      );
      expect(failures).toEqual({});
    }
  });
});
