import { describe, expect, it } from 'vitest';
import { cloudUntil } from '../../src/adapters/deadline-cloud.ts';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { defaultLimits } from '../../src/collect/limits.ts';
import { retrieve } from '../../src/collect/retrieve.ts';
import { Retrieval } from '../../src/model/retrieval.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { account, at, ok, tableCloud } from '../collect/table-cloud.ts';

const clock = fixedClock(at);
const request = { service: 'kms', operation: 'ListKeys', input: {}, account, region: 'eu-west-1' };
const answering = () => tableCloud({ 'kms:ListKeys': ok({ Keys: [] }) });

describe('a cloud with a deadline', () => {
  it('is the cloud itself while there is time', async () => {
    const cloud = cloudUntil(answering(), { clock, remaining: () => 1_000 });
    expect(await cloud.call(request)).toEqual(await answering().call(request));
  });

  it('makes no call when the time is over, and says why', async () => {
    const inner = answering();
    const cloud = cloudUntil(inner, { clock, remaining: () => 0 });
    expect(await cloud.call(request)).toMatchObject({
      error: { kind: 'timeout', name: 'DeadlineReached', message: expect.stringMatching(/kms:ListKeys was made/) },
      attempts: 0,
    });
    expect(inner.calls).toEqual([]);
  });

  it('does not wait beyond it for an answer', async () => {
    const never: Cloud = { call: () => new Promise(() => undefined), pause: async () => undefined };
    const reply = await cloudUntil(never, { clock, remaining: () => 20 }).call(request);
    expect(reply).toMatchObject({ error: { kind: 'timeout', name: 'DeadlineReached' }, attempts: 1 });
  });

  it('pauses no longer than the time that is left', async () => {
    const paused: number[] = [];
    const inner = { ...answering(), pause: async (milliseconds: number) => void paused.push(milliseconds) };
    for (const left of [5_000, 300, -1]) await cloudUntil(inner, { clock, remaining: () => left }).pause(2_000);
    expect(paused).toEqual([2_000, 300, 0]);
  });

  it('gives what can be recorded', async () => {
    const cloud = cloudUntil(answering(), { clock, remaining: () => 0 });
    const how = {
      cloud,
      account,
      region: 'eu-west-1',
      at,
      redact: { secret: 's' },
      limits: defaultLimits,
      originals: new Map(),
    };
    const retrieval = await retrieve({ service: 'kms', operation: 'ListKeys', input: {}, page: 1 }, how);
    expect(Retrieval.parse(retrieval).error).toMatchObject({ kind: 'timeout' });
  });
});
