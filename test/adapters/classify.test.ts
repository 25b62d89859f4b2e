import { describe, expect, it } from 'vitest';
import { classify } from '../../src/adapters/aws/classify.ts';
import { plainAnswer } from '../../src/adapters/aws/plain.ts';
import { CallError } from '../../src/model/retrieval.ts';

const thrown = (name: string, status?: number, code?: string) =>
  Object.assign(new Error('why'), {
    name,
    code,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });

describe('an error of the SDK', () => {
  it.each([
    ['SyntaxError', 403, undefined, 'denied'],
    // So the SDK calls an error in XML of another form than the service's own.
    ['Unknown', 403, undefined, 'denied'],
    ['AuthFailure', 401, undefined, 'denied'],
    ['SlowDown', 503, undefined, 'throttled'],
    ['RequestLimitExceeded', 503, undefined, 'throttled'],
    ['ServiceUnavailable', 503, undefined, 'server'],
    ['NoSuchBucketPolicy', 404, undefined, 'rejected'],
    ['PermanentRedirect', 301, undefined, 'rejected'],
    ['RequestTimeout', 400, undefined, 'timeout'],
    ['NotImplemented', 501, undefined, 'unsupported'],
    ['MethodNotAllowed', 405, undefined, 'unsupported'],
    ['CredentialsProviderError', undefined, undefined, 'denied'],
    ['TimeoutError', undefined, undefined, 'timeout'],
    ['TimeoutError', undefined, 'ECONNRESET', 'network'],
    ['Error', undefined, 'ENOTFOUND', 'network'],
    ['Error', undefined, 'ETIMEDOUT', 'timeout'],
    ['Error', 200, 'ECONNRESET', 'network'],
    ['NoSuchBucketPolicy', 200, undefined, 'unparsable'],
  ])('%s with status %s and code %s is %s', (name, status, code, kind) => {
    expect(CallError.parse(classify(thrown(name, status, code)))).toEqual({
      kind,
      name,
      message: 'why',
      status: status ?? null,
    });
  });

  it.each([[undefined], [null], ['text'], [42], [{}]])('may be anything: %j', (value) => {
    expect(CallError.safeParse(classify(value)).success).toBe(true);
  });
});

describe('an output of the SDK as plain JSON', () => {
  it('has no dates, bytes, big integers, undefined members or metadata left', () => {
    const output = {
      $metadata: { attempts: 1 },
      Date: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)),
      Bytes: new Uint8Array([104, 105]),
      Small: 7n,
      Big: 2n ** 64n,
      Not: Number.NaN,
      Absent: undefined,
      List: [undefined, { Absent: undefined, Deep: new Date(0) }],
      Null: null,
    };
    expect(plainAnswer(output)).toEqual({
      Date: '2026-01-02T03:04:05.006Z',
      Bytes: 'aGk=',
      Small: 7,
      Big: '18446744073709551616',
      Not: 'NaN',
      List: [null, { Deep: '1970-01-01T00:00:00.000Z' }],
      Null: null,
    });
  });

  it('that has no JSON form is an error, not a guess', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const bad of [{ a: new Date(Number.NaN) }, { a: new ReadableStream() }, circular]) {
      expect(() => plainAnswer(bad)).toThrow(TypeError);
    }
  });
});
