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

const calls = fixture('sqs/three-queues.json');
const TYPE = 'AWS::SQS::Queue';
const REGION = 'eu-central-1';
const arn = (name: string) => `arn:aws:sqs:eu-central-1:111122223333:${name}`;
const attributes = (name: string) => ({
  call: 'sqs:GetQueueAttributes',
  input: { QueueUrl: `https://sqs.eu-central-1.amazonaws.com/111122223333/${name}`, AttributeNames: ['All'] },
});
const list = { call: 'sqs:ListQueues', input: { MaxResults: 1000 } };

describe('SQS queues', () => {
  it('are found on all pages', async () => {
    const { resources } = populationOf(await read('sqs', calls, REGION), TYPE);
    expect(resources.map((it) => it.id)).toEqual(['orders', 'orders-failed', 'plain'].map(arn));
  });

  it('give every fact from one call each', async () => {
    const reading = await read('sqs', calls, REGION);
    const { facts, failures } = resourceOf(reading, TYPE, 'orders');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      policy: expect.objectContaining({ Statement: [expect.objectContaining({ Sid: 'Owner' })] }),
      kmsKeyId: 'alias/aws/sqs',
      sqsManagedKeys: false,
      deadLetterQueue: arn('orders-failed'),
      isDeadLetterQueue: false,
    });
    expect(reading.retrievals.filter((it) => it.operation === 'GetQueueAttributes')).toHaveLength(3);
  });

  it('have null for what is not set, and know whose dead-letter queue they are', async () => {
    const reading = await read('sqs', calls, REGION);
    const none = { policy: null, kmsKeyId: null, deadLetterQueue: null };
    expect(resourceOf(reading, TYPE, 'orders-failed').facts).toEqual({
      ...none,
      sqsManagedKeys: true,
      isDeadLetterQueue: true,
    });
    expect(resourceOf(reading, TYPE, 'plain').facts).toEqual({
      ...none,
      sqsManagedKeys: false,
      isDeadLetterQueue: false,
    });
  });

  it('lose the facts of one queue where it is denied; whose dead-letter queue a queue is rests on all of them', async () => {
    const reading = await read('sqs', changed(calls, { ...attributes('plain'), error: denied }), REGION);
    expect(Object.keys(resourceOf(reading, TYPE, 'plain').facts)).toEqual([]);
    expect(Object.keys(resourceOf(reading, TYPE, 'orders').failures)).toEqual(['isDeadLetterQueue']);
  });

  it.each([
    ['SqsManagedSseEnabled', { SqsManagedSseEnabled: undefined }, ['sqsManagedKeys']],
    ['Policy', { Policy: 'nonsense' }, ['policy']],
    ['RedrivePolicy', { RedrivePolicy: '{}' }, ['deadLetterQueue', 'isDeadLetterQueue']],
    ['RedrivePolicy as text', { RedrivePolicy: '{' }, ['deadLetterQueue', 'isDeadLetterQueue']],
  ])('lose what rests on a wrong %s and nothing else', async (_, wrong, lost) => {
    const answer = { Attributes: JSON.parse(JSON.stringify({ SqsManagedSseEnabled: 'true', ...wrong })) };
    const { failures } = resourceOf(
      await read('sqs', changed(calls, { ...attributes('plain'), answer }), REGION),
      TYPE,
      'plain',
    );
    expect(Object.keys(failures).toSorted()).toEqual(lost);
    for (const failure of Object.values(failures)) expect(failure).toMatchObject({ kind: 'unparsable' });
  });

  it('are none where the list is left out, and unknown where it is denied', async () => {
    const none = await read('sqs', changed(calls, { ...list, answer: {} }), REGION);
    const refused = await read('sqs', changed(calls, { ...list, error: denied }), REGION);
    expect(populationOf(none, TYPE)).toMatchObject({ resources: [] });
    expect(populationOf(none, TYPE).failure).toBeUndefined();
    expect(populationOf(refused, TYPE).failure).toMatchObject({ kind: 'denied' });
  });

  it('are the same when the recording is read again', async () => {
    const reading = await read('sqs', calls, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers of SQS', () => {
  it('of GetQueueAttributes can be read; those from before SQS had keys of its own lack that fact alone', async () => {
    const real = realAnswers('sqs', 'GetQueueAttributes').filter((it) => 'Attributes' in it.data);
    expect(real.length).toBeGreaterThan(10);
    for (const { data: answer } of real) {
      const { failures } = resourceOf(
        await read('sqs', changed(calls, { ...attributes('plain'), answer }), REGION),
        TYPE,
        'plain',
      );
      const isOld = !JSON.stringify(answer).includes('SqsManagedSseEnabled');
      expect(Object.keys(failures)).toEqual(isOld ? ['sqsManagedKeys'] : []);
    }
  });
});
