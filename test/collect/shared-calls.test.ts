import { describe, expect, it } from 'vitest';
import type { Service } from '../../src/collect/service.ts';
import { shareCalls } from '../../src/collect/shared-calls.ts';
import { account, ok, tableCloud } from './table-cloud.ts';

const call = (service: string, operation: string, input = {}) => ({
  service,
  operation,
  input,
  account,
  region: 'eu-west-1',
});
const lender: Service = { id: 'kms', scope: 'regional', populations: [] };
const borrower: Service = { ...lender, id: 'ecr', borrows: ['kms:DescribeKey'] };

const shared = () => {
  const cloud = tableCloud({
    'kms:DescribeKey': (_, nth) => ok({ nth }),
    'ecr:ListThings': (_, nth) => ok({ nth }),
  });
  return { cloud, calls: shareCalls(cloud, [lender, borrower]) };
};

describe('calls that several services need', () => {
  it('are made once in a run, whichever task asks first', async () => {
    const { cloud, calls } = shared();
    const asked = [calls.forTask(), calls.forTask()].map((it) => it.call(call('kms', 'DescribeKey', { KeyId: 'a' })));
    expect((await Promise.all(asked)).map((it) => it.answer)).toEqual([{ nth: 0 }, { nth: 0 }]);
    expect(cloud.calls).toHaveLength(1);
  });

  it('are made for each input, account and region', async () => {
    const { cloud, calls } = shared();
    const [one, other] = [calls.forTask(), calls.forTask()];
    await one.call(call('kms', 'DescribeKey', { KeyId: 'a' }));
    await other.call(call('kms', 'DescribeKey', { KeyId: 'b' }));
    await other.call({ ...call('kms', 'DescribeKey', { KeyId: 'a' }), region: 'us-east-1' });
    expect(cloud.calls).toHaveLength(3);
  });

  it('are made again for a task that asks again', async () => {
    const { calls } = shared();
    const task = calls.forTask();
    await task.call(call('kms', 'DescribeKey'));
    expect((await task.call(call('kms', 'DescribeKey'))).answer).toEqual({ nth: 1 });
  });

  it('are the only ones that are shared', async () => {
    const { cloud, calls } = shared();
    for (const task of [calls.forTask(), calls.forTask()]) await task.call(call('ecr', 'ListThings'));
    expect(cloud.calls).toHaveLength(2);
  });
});
