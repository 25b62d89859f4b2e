import type { Certificate } from 'pkijs';
import { OID } from '../sign/der.ts';
import { checkChain, checkPurpose, nameOf } from './chain.ts';
import { timestampFault } from './fault.ts';
import { checkSignature } from './signature.ts';
import { parseToken, type TimestampInfo } from './token.ts';

/** What a token is held against. */
export interface Expected {
  /** SHA-256 of what was stamped. */
  readonly imprint: Uint8Array;
  /** Certificates of authorities that are trusted. */
  readonly roots: readonly Certificate[];
}

/** A token that holds. */
export interface Timestamp extends TimestampInfo {
  /** Subject of the certificate that signed it. */
  readonly authority: string;
}

/**
 * Verifies a TimeStampToken offline: that it is about the imprint, that its signature holds, that its
 * certificate is one for time-stamping and was valid at the time that it says, and that a chain leads to a
 * trusted certificate. Revocation is not looked at. Needs WebCrypto alone.
 * @throws WitnessmarkError with a code of `TimestampFault`
 */
export async function verifyToken(der: Uint8Array, { imprint, roots }: Expected): Promise<Timestamp> {
  const token = parseToken(der);
  const { algorithm, hash } = token.info.imprint;
  if (algorithm !== OID.sha256 || !Buffer.from(hash).equals(imprint)) {
    const found = `${algorithm === OID.sha256 ? '' : `${algorithm} `}${Buffer.from(hash).toString('hex').slice(0, 128)}`;
    const expected = Buffer.from(imprint).toString('hex');
    throw timestampFault('timestamp-imprint', `is about something else: expected ${expected}, found ${found}`);
  }
  const certificate = await checkSignature(token);
  checkPurpose(certificate);
  await checkChain(certificate, token.certificates, { roots, time: new Date(token.info.time) });
  return { ...token.info, authority: nameOf(certificate) };
}

/** A time for people: `2026-10-02T00:00:00.000Z (give or take 1 s), says CN=…`. */
export function describeTimestamp({ time, accuracy, authority }: Timestamp): string {
  const within = accuracy === undefined ? 'accuracy not stated' : `give or take ${accuracy / 1000} s`;
  return `${time} (${within}), says ${authority}`;
}
