import type { Certificate } from 'pkijs';
import { WitnessmarkError } from '../../model/error.ts';
import { certificateOf, derOfPem, pemOfDer } from '../sign/der.ts';

/** Most bytes and certificates of a file of authorities. */
export const MAX_ROOTS_BYTES = 64 * 1024;
const MAX_ROOTS = 20;
const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\r\n]{1,20000}-----END CERTIFICATE-----/g;

/**
 * The certificates in a PEM file of one or more; text between them, as OpenSSL writes it, is passed over.
 * @throws WitnessmarkError `timestamp-roots` where there is none, too many, or one that cannot be parsed
 */
export function rootsOf(pem: string, what: string): Certificate[] {
  const blocks = pem.length <= MAX_ROOTS_BYTES ? (pem.match(BLOCK) ?? []) : [];
  if (blocks.length === 0 || blocks.length > MAX_ROOTS) {
    throw new WitnessmarkError(
      'timestamp-roots',
      `${what}: expected 1 to ${MAX_ROOTS} PEM certificates in at most ${MAX_ROOTS_BYTES} bytes, found ${blocks.length} in ${pem.length}`,
    );
  }
  return blocks.map((block, at) => certificateOf(block, `${what}, certificate ${at + 1}`));
}

/** Two files of certificates as one, each certificate once, those of the first file before the others. */
export function mergedRoots(...files: readonly string[]): string {
  const blocks = files.flatMap((it) => it.match(BLOCK) ?? []);
  return [...new Set(blocks.map((it) => pemOfDer(derOfPem(it, 'certificate'))))].join('');
}
