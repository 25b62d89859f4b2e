import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { Buffer } from './bytes.ts';

const ALGORITHMS = { sha1, sha256, sha384, sha512 } as const;
type Algorithm = keyof typeof ALGORITHMS;
type Encoding = 'hex' | 'base64' | 'buffer';
type Data = string | Uint8Array;

const bytesOf = (data: Data): Uint8Array => (typeof data === 'string' ? Buffer.from(data, 'utf8') : data);

function shown(digest: Uint8Array, encoding: Encoding): string | Buffer {
  const { buffer, byteOffset, byteLength } = digest;
  const bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return encoding === 'buffer' ? bytes : bytes.toString(encoding);
}

function algorithmOf(name: string): (typeof ALGORITHMS)[Algorithm] {
  if (Object.hasOwn(ALGORITHMS, name)) return ALGORITHMS[name as Algorithm];
  throw new Error(`digest ${name}: the page knows ${Object.keys(ALGORITHMS).join(', ')}`);
}

/** Node's `hash`: the digest of all of some data, in hexadecimal unless told. */
export function hash(name: string, data: Data, encoding: Encoding = 'hex'): string | Buffer {
  return shown(algorithmOf(name)(bytesOf(data)), encoding);
}

interface Hash {
  update(data: Data): Hash;
  digest(encoding?: Encoding): string | Buffer;
}

/** Node's `createHash`, for data that comes in parts. */
export function createHash(name: string): Hash {
  const state = algorithmOf(name).create();
  const made: Hash = {
    update: (data) => {
      state.update(bytesOf(data));
      return made;
    },
    digest: (encoding = 'buffer') => shown(state.digest(), encoding),
  };
  return made;
}
