import { PATHS } from '../../paths.ts';
import { sigstoreBundle } from '../../sign/sigstore.ts';
import { publicKeyOf } from '../certificate.ts';
import { within } from '../fault.ts';
import type { Pack } from '../pack.ts';
import type { StepOutcome } from '../types.ts';
import { MAX_ATTESTATION } from './attestation.ts';

const file = PATHS.sigstore;

/** Beside the envelope there is a key hint and a media type. */
const MAX_BUNDLE = MAX_ATTESTATION + 1024;

/**
 * The bundle is attestation.json in another wrapping, so all its bytes follow from that file and the key:
 * whoever verifies the one with Sigstore's tools and the other with ours looks at the same statement.
 */
export async function sigstore(pack: Pack): Promise<StepOutcome> {
  const found = await pack.bytes(file, MAX_BUNDLE);
  const [envelope, certificate] = [await pack.bytes(PATHS.attestation, MAX_ATTESTATION), await pack.signing()];
  const key = within(PATHS.signing, () => publicKeyOf(certificate).export({ type: 'spki', format: 'der' }));
  if (Buffer.from(sigstoreBundle(envelope, key)).equals(found)) return { findings: [] };
  const message = `does not hold exactly the envelope of ${PATHS.attestation} and the hint of the key of ${PATHS.signing}`;
  return { findings: [{ file, message }] };
}
