import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../../src/adapters/local/clock.ts';
import { memoryObjects } from '../../../src/adapters/memory/objects.ts';
import { runLease } from '../../../src/app/collect/lease.ts';

const NOW = '2026-11-01T08:00:00.000Z';
const leaseOf = (objects = memoryObjects(), now = NOW) => runLease(objects, fixedClock(now));
const codes = (settled: readonly PromiseSettledResult<void>[]) =>
  settled.map((it) => (it.status === 'fulfilled' ? 'taken' : it.reason.code)).sort();

describe('the right to make runs', () => {
  it('is given to one of two executions that ask at once', async () => {
    const lease = leaseOf();
    expect(codes(await Promise.allSettled([lease.take('one', 6), lease.take('two', 6)]))).toEqual([
      'run-busy',
      'taken',
    ]);
  });

  it('is given to one execution that asks twice at once', async () => {
    const lease = leaseOf();
    expect(codes(await Promise.allSettled([lease.take('one', 6), lease.take('one', 6)]))).toEqual(['taken', 'taken']);
  });

  it('is free once it was given back by who has it, or its time is over', async () => {
    const objects = memoryObjects();
    await leaseOf(objects).take('one', 6);
    await leaseOf(objects).release('two');
    await expect(leaseOf(objects).take('two', 6)).rejects.toMatchObject({
      code: 'run-busy',
      message: expect.stringContaining('one is making'),
    });
    await leaseOf(objects, '2026-11-01T14:00:00.000Z').take('two', 6);
    await leaseOf(objects, '2026-11-01T15:00:00.000Z').release('two');
    await leaseOf(objects, '2026-11-01T15:00:00.000Z').take('three', 6);
  });
});
