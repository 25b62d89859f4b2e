import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { identity } from '../../src/app/identity.ts';

const own = identity(Buffer.alloc(32, 1));
const other = identity(Buffer.alloc(32, 2));
const parts = fc.array(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 4 });

describe('identity', () => {
  it('gives UUIDs of version 8 and the RFC 9562 variant', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(own.id(...given)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(z.uuid().safeParse(own.id(...given)).success).toBe(true);
      }),
    );
  });

  it('gives the same for the same parts, and something else under another secret', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(identity(Buffer.alloc(32, 1)).id(...given)).toBe(own.id(...given));
        expect(other.id(...given)).not.toBe(own.id(...given));
      }),
    );
  });

  it('tells lists of parts apart, wherever one part ends and the next begins', () => {
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(own.id(...a) === own.id(...b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
    for (const separator of [' ', ',', '\0', '","']) {
      expect(own.id('a', 'b')).not.toBe(own.id(`a${separator}b`));
      expect(own.id(`a${separator}`, 'b')).not.toBe(own.id('a', `${separator}b`));
    }
  });

  it('gives salts of 128 bits, fixed by the id and the secret, and no part of the id', () => {
    const id = own.id('evidence', '1');
    expect(own.salt(id)).toMatch(/^[0-9a-f]{32}$/);
    expect(own.salt(id)).toBe(identity(Buffer.alloc(32, 1)).salt(id));
    expect(new Set([own.salt(id), other.salt(id), own.salt(own.id('evidence', '2'))]).size).toBe(3);
    expect(own.id(id).replaceAll('-', '')).not.toBe(own.salt(id));
  });
});
