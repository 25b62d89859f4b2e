import { describe, expect, it } from 'vitest';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';

const at = '2026-10-01T02:00:00.000Z';
const recorded = (over: Partial<Retrieval>): Retrieval => ({
  v: 1,
  service: 'iam',
  operation: 'GenerateCredentialReport',
  input: { a: 1, b: 2 },
  page: 1,
  account: '111122223333',
  region: 'global',
  caller: 'arn:aws:iam::111122223333:user/reader',
  requestId: 'r',
  startedAt: at,
  endedAt: at,
  attempts: 2,
  sdk: 'sdk',
  answer: { State: 'STARTED' },
  redactions: [],
  sha256: '0'.repeat(64),
  ...over,
});
const call = { service: 'iam', operation: 'GenerateCredentialReport', account: '111122223333', region: 'global' };

describe('replay', () => {
  it("answers as it was answered then, whatever the order of the input's keys", async () => {
    const reply = await replayCloud([recorded({})]).call({ ...call, input: { b: 2, a: 1 } });
    const { caller, requestId, startedAt, endedAt, attempts, sdk, answer } = recorded({});
    expect(reply).toEqual({ caller, requestId, startedAt, endedAt, attempts, sdk, answer });
  });

  it('gives the n-th identical call the n-th recording, and the last one from then on', async () => {
    const cloud = replayCloud([recorded({}), recorded({ answer: { State: 'COMPLETE' } })]);
    const states = [];
    for (let nth = 0; nth < 3; nth += 1)
      states.push((await cloud.call({ ...call, input: { a: 1, b: 2 } })).answer?.State);
    expect(states).toEqual(['STARTED', 'COMPLETE', 'COMPLETE']);
  });

  it('gives a recorded error as that error', async () => {
    const error = { kind: 'denied', name: 'AccessDenied', message: 'no', status: 403 } as const;
    const { answer: _, ...without } = recorded({});
    expect((await replayCloud([{ ...without, error }]).call({ ...call, input: { a: 1, b: 2 } })).error).toEqual(error);
  });

  it.each([
    ['input', { input: { a: 1 } }],
    ['operation', { operation: 'GetCredentialReport' }],
    ['account', { account: '444455556666' }],
    ['region', { region: 'eu-west-1' }],
    ['service', { service: 's3' }],
  ])('of a call with another %s is not_recorded, never empty', async (_, other) => {
    const reply = await replayCloud([recorded({})]).call({ ...call, input: { a: 1, b: 2 }, ...other });
    expect(reply.answer).toBeUndefined();
    expect(reply.error?.kind).toBe('not_recorded');
  });
});
