import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tarMembers, tarOf } from '../../src/pack/tar.ts';

const members = fc.uniqueArray(
  fc.record({ name: fc.stringMatching(/^[a-z0-9.-]{1,40}$/), bytes: fc.uint8Array({ maxLength: 1500 }) }),
  { selector: (it) => it.name, maxLength: 5 },
);
const read = (bytes: Uint8Array) => [...tarMembers(bytes)].map(({ name, bytes: it }) => [name, [...it]]);

describe('a tar', () => {
  it('gives back what was put in, and nothing else', () => {
    fc.assert(
      fc.property(members, (given) => {
        expect(read(tarOf(given))).toEqual(given.map(({ name, bytes }) => [name, [...bytes]]));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses every copy in which one byte is another, unless the byte is content', () => {
    const content = Buffer.from('content');
    const tar = tarOf([{ name: 'a', bytes: content }]);
    for (let at = 0; at < tar.length; at += 1) {
      const altered = Buffer.from(tar);
      altered[at] = (altered[at] ?? 0) ^ 0x11;
      if (at >= 512 && at < 512 + content.length) expect(read(altered)).not.toEqual(read(tar));
      else expect(() => read(altered)).toThrow(/not a tar of this kind|its size/);
    }
  });

  it('refuses one that is cut or has something behind it', () => {
    const tar = tarOf([{ name: 'a', bytes: Buffer.from('content') }]);
    for (const length of [0, 100, 511, 512, 1024, 1535, tar.length - 1]) {
      expect(() => read(tar.subarray(0, length))).toThrow('not a tar of this kind');
    }
    expect(() => read(Buffer.concat([tar, Buffer.from('more')]))).toThrow('does not end');
  });

  it('is read by the tar of the machine', () => {
    const tar = tarOf([
      { name: '00000001.tlog-proof', bytes: Buffer.from('one\n') },
      { name: '00000002.tlog-proof', bytes: Buffer.from('two\n') },
    ]);
    const run = (...args: string[]): string => execFileSync('tar', args, { input: tar, encoding: 'utf8' });
    expect(run('-tf', '-')).toBe('00000001.tlog-proof\n00000002.tlog-proof\n');
    expect(run('-xOf', '-', '00000002.tlog-proof')).toBe('two\n');
  });
});
