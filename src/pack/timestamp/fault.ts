import { WitnessmarkError } from '../../model/error.ts';

/** Why a timestamp is not taken. Scripts match on these. */
export type TimestampFault =
  /** Not one DER value of the form of RFC 3161, or too large. */
  | 'timestamp-malformed'
  /** The authority did not grant it. */
  | 'timestamp-rejected'
  /** It is about something else. */
  | 'timestamp-imprint'
  /** It answers another request. */
  | 'timestamp-nonce'
  | 'timestamp-policy'
  /** Its CMS signature, or one of the attributes that are signed, does not hold. */
  | 'timestamp-signature'
  /** The certificate is not one for time-stamping. */
  | 'timestamp-purpose'
  /** The certificate, or one above it, was not valid at the time of the timestamp. */
  | 'timestamp-expired'
  /** No chain leads to a certificate that is trusted. */
  | 'timestamp-untrusted';

/** The error of a timestamp that is not taken. */
export function timestampFault(code: TimestampFault, message: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError(code, `timestamp: ${message}`, { cause });
}
