import { createHash } from 'node:crypto';

/**
 * Digest of a population's states: SHA-256 over the lines `subject TAB evidence-hash LF`, the lines
 * sorted by their UTF-8 bytes. Anyone with the evidence can compute it again.
 */
export function populationDigest(states: Iterable<readonly [subject: string, hash: string]>): string {
  const lines = [...states].map(([subject, hash]) => Buffer.from(`${subject}\t${hash}\n`, 'utf8')).sort(Buffer.compare);
  const digest = createHash('sha256');
  for (const line of lines) digest.update(line);
  return digest.digest('hex');
}
