import { PATHS } from '../../paths.ts';
import { sigstoreBundle } from '../../sign/sigstore.ts';
import { MAX_RESPONSE } from '../../timestamp/response.ts';
import { bundleTimestamp } from '../bundle-timestamp.ts';
import { publicKeyOf } from '../certificate.ts';
import { within } from '../fault.ts';
import type { Pack } from '../pack.ts';
import type { StepOutcome } from '../types.ts';
import { MAX_ATTESTATION } from './attestation.ts';

const file = PATHS.sigstore;

/** Beside the envelope there is a key hint, a media type, and a timestamp in base64. */
export const MAX_BUNDLE = MAX_ATTESTATION + 2 * MAX_RESPONSE + 1024;

/**
 * The bundle is attestation.json in another wrapping, so all its bytes follow from that file, the key and the
 * timestamp in it, about which the step `timestamps` has more to say:
 * whoever verifies the one with Sigstore's tools and the other with ours looks at the same statement.
 */
export async function sigstore(pack: Pack): Promise<StepOutcome> {
  const found = await pack.bytes(file, MAX_BUNDLE);
  const [envelope, certificate] = [await pack.bytes(PATHS.attestation, MAX_ATTESTATION), await pack.signing()];
  const key = within(PATHS.signing, () => publicKeyOf(certificate).export({ type: 'spki', format: 'der' }));
  const timestamp = within(file, () => bundleTimestamp(found));
  if (Buffer.from(sigstoreBundle(envelope, key, timestamp)).equals(found)) return { findings: [] };
  const message = `does not hold exactly the envelope of ${PATHS.attestation} and the hint of the key of ${PATHS.signing}`;
  return { findings: [{ file, message }] };
}
