import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bounded, RetrievalFailure, toFailure, unparsable } from '../../src/collect/failure.ts';
import { Failure } from '../../src/model/retrieval.ts';

const call = { operation: 's3:GetBucketPolicy', requestId: 'r' };
const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (thrown) {
    return thrown;
  }
};

describe('anything that a reader throws', () => {
  it.each([
    ['a misfit', thrownBy(() => z.object({ a: z.array(z.string()) }).parse({ a: [1] })), 'UnexpectedAnswer', /\/a\/0/],
    ['bad JSON', thrownBy(() => JSON.parse('{')), 'UnexpectedAnswer', /JSON inside it/],
    ['an error of its own', new TypeError('x is not a function'), 'TypeError', /x is not/],
    ['what is no error', 'text', 'string', /text/],
  ])('%s is unparsable, with the call it belongs to', (_, thrown, name, message) => {
    const failure = Failure.parse(toFailure(thrown, call));
    expect(failure).toMatchObject({ ...call, kind: 'unparsable', name });
    expect(failure.message).toMatch(message);
  });

  it('a RetrievalFailure stays what it is', () => {
    const failure = unparsable(call, '/Policy', 'is no policy');
    expect(toFailure(failure, { operation: 'x:Y', requestId: null })).toBe(failure.failure);
    expect(failure).toBeInstanceOf(RetrievalFailure);
  });
});

it('a message is cut at 2,000 characters, never within a surrogate pair', () => {
  expect(bounded('a'.repeat(5000))).toHaveLength(2000);
  expect(bounded(`${'a'.repeat(1998)}😀${'b'.repeat(10)}`).isWellFormed()).toBe(true);
  expect(bounded('short')).toBe('short');
});
