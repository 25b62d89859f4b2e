import { describe, expect, it } from 'vitest';
import { type Fault, memoryObjects } from '../../src/adapters/memory/objects.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { objectsSuite } from './objects.suite.ts';

let last: Objects;
objectsSuite('memory', {
  open: async () => {
    last = memoryObjects();
    return last;
  },
  // Memory ends with its process: the same store is the same object.
  reopen: async () => last,
});

describe('memory: injected faults', () => {
  it('fail before or after the operation, and say which', async () => {
    let fault: Fault = 'fail';
    const seen: string[] = [];
    const objects = memoryObjects({
      fault: (operation, key) => {
        seen.push(`${operation} ${key}`);
        return fault;
      },
    });
    const unavailable = expect.objectContaining({ code: 'objects-unavailable' });
    await expect(objects.create('a', Buffer.from('1'))).rejects.toThrow(unavailable);
    expect(objects.files.has('a')).toBe(false);
    fault = 'fail-after';
    await expect(objects.create('a', Buffer.from('1'))).rejects.toThrow(unavailable);
    expect(objects.files.has('a')).toBe(true);
    fault = 'ok';
    expect(await objects.create('a', Buffer.from('2'))).toBe('exists');
    expect(seen).toEqual(['create a', 'create a', 'create a']);
  });
});
