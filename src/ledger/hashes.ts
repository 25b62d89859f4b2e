import { hash } from 'node:crypto';
import { HASH_BYTES } from './merkle.ts';

/*
 * Many hashes at once: they stand one behind the other, 32 bytes each, as in a tile. A view or a buffer for each of them
 * would take longer than to hash.
 */

/** What a node's hash is made of: 0x01, and its two children. */
const NODE_INPUT = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

/** Puts SHA-256 of `input` in place `at`. Node hands a text over about three times as fast as a buffer of its own. */
export function writeHash(hashes: Buffer, at: number, input: Uint8Array): void {
  hashes.write(hash('sha256', input, 'binary'), at * HASH_BYTES, 'latin1');
}

/** The hash in place `at`. */
export function hashIn(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}

/** Each hash by itself. */
export function splitHashes(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.length / HASH_BYTES }, (_, at) => hashIn(hashes, at));
}

/** Roots of the complete subtrees that these hashes fall into, left to right. */
export function peaksOf(hashes: Uint8Array): Uint8Array[] {
  const nodes = Buffer.from(hashes);
  const peaks: Uint8Array[] = [];
  // Each level takes the place of the one below; what has no sibling there is a peak.
  for (let count = hashes.length / HASH_BYTES; count > 0; count = Math.floor(count / 2)) {
    if (count % 2 === 1) peaks.unshift(Uint8Array.from(hashIn(nodes, count - 1)));
    for (let at = 0; 2 * at + 1 < count; at++) {
      nodes.copy(NODE_INPUT, 1, 2 * at * HASH_BYTES, (2 * at + 2) * HASH_BYTES);
      writeHash(nodes, at, NODE_INPUT);
    }
  }
  return peaks;
}
