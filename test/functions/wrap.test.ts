import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type WrapOptions, wrap } from '../../functions/wrap.ts';
import { WitnessmarkError } from '../../src/model/error.ts';
import { contextOf, logged } from './support.ts';

const Event = z.strictObject({ who: z.string().optional() });
const Environment = z.strictObject({ WITNESSMARK_SECRET: z.string().min(8) });
type Options = WrapOptions<z.infer<typeof Event>, z.infer<typeof Environment>, { done: string }>;

function wrapped(over: Partial<Options> = {}) {
  const { lines, metrics, write } = logged();
  const handler = wrap<z.infer<typeof Event>, z.infer<typeof Environment>, { done: string }>({
    event: Event,
    environment: Environment,
    variables: { WITNESSMARK_SECRET: 'long enough', PATH: '/usr/bin' },
    run: async ({ event }) => ({ done: event.who ?? 'nobody' }),
    write,
    ...over,
  });
  return { handler, lines, metrics };
}

describe('a wrapped function', () => {
  it('gives what its use case gives, and logs a line at both ends', async () => {
    const { handler, lines } = wrapped();
    expect(await handler({ who: 'me' }, contextOf())).toEqual({ done: 'me' });
    const common = { level: 'info', function: 'witnessmark-test', request: '0f2b0e5c-0000-4000-8000-000000000000' };
    expect(lines).toEqual([
      { ...common, message: 'start' },
      { ...common, message: 'end', done: 'me' },
    ]);
  });

  it('measures each invocation, and says how often AWS throttled it', async () => {
    const run = async () => ({ done: 'all', throttles: 3 });
    const { handler, metrics } = wrapped({ run });
    await handler({}, contextOf());
    expect(metrics).toMatchObject([
      { FunctionErrors: 0, FunctionThrottles: 3, FunctionDuration: expect.any(Number), function: 'witnessmark-test' },
    ]);
    const failing = wrapped({ run: () => Promise.reject(new Error('no')) });
    await expect(failing.handler({}, contextOf())).rejects.toThrow('no');
    expect(failing.metrics).toMatchObject([{ FunctionErrors: 1 }]);
  });

  it('answers with an error that is an answer, and throws every other', async () => {
    const refusal = new WitnessmarkError('run-busy', 'another is made', { hint: 'wait' });
    const refusing = wrapped({ answers: ['run-busy'], run: () => Promise.reject(refusal) });
    const answer = { ok: false, code: 'run-busy', message: 'another is made', hint: 'wait' };
    expect(await refusing.handler({}, contextOf())).toEqual(answer);
    expect(refusing.lines.at(-1)).toMatchObject({ message: 'another is made', code: 'run-busy', ok: false });
    const throwing = wrapped({ answers: ['other'], run: () => Promise.reject(refusal) });
    await expect(throwing.handler({}, contextOf())).rejects.toBe(refusal);
  });

  it('lets the use case log lines of its own', async () => {
    const run: Options['run'] = async ({ log }) => {
      log({ level: 'warn', message: 'half' });
      return { done: 'all' };
    };
    const { handler, lines } = wrapped({ run });
    await handler({}, contextOf());
    expect(lines[1]).toMatchObject({ level: 'warn', message: 'half', function: 'witnessmark-test' });
  });

  it.each([
    ['an event with a member it does not know', { event: { whom: 'me' } }, 'function-event-invalid', /whom/],
    ['an event of another type', { event: 'me' }, 'function-event-invalid', /event: /],
    ['a missing variable', { variables: {} }, 'function-environment-invalid', /WITNESSMARK_SECRET/],
    [
      'a variable it does not know',
      { variables: { WITNESSMARK_SECRET: 'long enough', WITNESSMARK_SECRETS: 'x' } },
      'function-environment-invalid',
      /WITNESSMARK_SECRETS/,
    ],
  ])(
    'refuses %s before it does anything',
    async (_, { event = {}, ...over }: { event?: unknown; variables?: object }, code, message) => {
      let runs = 0;
      const run: Options['run'] = async () => {
        runs += 1;
        return { done: '' };
      };
      const { handler, lines } = wrapped({ run, ...(over as Partial<Options>) });
      await expect(handler(event, contextOf())).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
      expect(runs).toBe(0);
      expect(lines.at(-1)).toMatchObject({ level: 'error', code });
    },
  );

  it('shows no value of what it refuses', async () => {
    const { handler, lines } = wrapped({ variables: { WITNESSMARK_SECRET: 'hunter2' } });
    await expect(handler({}, contextOf())).rejects.toThrow();
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('logs an error with code, hint and causes, and throws it on to Lambda', async () => {
    const error = new WitnessmarkError('store-full', 'no room', {
      hint: 'make some',
      cause: new Error('disk', { cause: 'quota' }),
    });
    const { handler, lines } = wrapped({ run: () => Promise.reject(error) });
    await expect(handler({}, contextOf())).rejects.toBe(error);
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      message: 'failed',
      error: 'no room',
      code: 'store-full',
      hint: 'make some',
      causes: ['disk', 'quota'],
    });
  });

  it('has a last word when the time of Lambda ends before its work', async () => {
    const { handler, lines } = wrapped({ run: () => new Promise(() => undefined) });
    await expect(
      handler(
        {},
        contextOf(() => 520),
      ),
    ).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(lines.at(-1)).toMatchObject({ level: 'error', name: 'TimeoutError' });
  });
});
