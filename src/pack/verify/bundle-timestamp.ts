import { decodeBase64 } from '../../ledger/text.ts';
import { PATHS } from '../paths.ts';
import { MAX_RESPONSE, tokenIn } from '../timestamp/response.ts';
import { PackFault } from './fault.ts';

const TOKEN =
  /^[^{}]*\{"publicKey":\{[^{}]{0,200}\},"tlogEntries":\[\],"timestampVerificationData":\{"rfc3161Timestamps":\[\{"signedTimestamp":"([A-Za-z0-9+/=]*)"/;
/** Base64 of the largest response, and what stands around it. */
const MAX_HEAD = 2 * MAX_RESPONSE + 1024;

/**
 * The TimeStampToken in a Sigstore bundle as a pack writes it, or undefined where it holds none. Only its head is
 * looked at: an envelope of hundreds of megabytes may follow. Throws a `PackFault` or `timestamp-malformed`.
 */
export function bundleTimestamp(bundle: Uint8Array): Uint8Array | undefined {
  const [, found] = TOKEN.exec(Buffer.from(bundle.subarray(0, MAX_HEAD)).toString('latin1').slice(1)) ?? [];
  if (found === undefined) return undefined;
  const response = decodeBase64(found);
  if (response === undefined) throw new PackFault({ file: PATHS.sigstore, message: 'its timestamp is not base64' });
  return tokenIn(response);
}
