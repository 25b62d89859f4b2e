import { createHash } from 'node:crypto';
import { responseOf } from '../timestamp/response.ts';

/** Sigstore's protobuf-specs, sigstore_bundle.proto: the newest form, in which a certificate chain has no place. */
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * A DSSE envelope as a Sigstore bundle v0.3, as the bytes of a JSON file with a final newline. The text of
 * the envelope stands in it unchanged, so both files hold the same statement and the same signature. The
 * bundle names the key by a hint and brings no certificate: Sigstore's tools take one only with entries of
 * a public log or with timestamps of authorities that they know. Its reader gives the key, and says that no
 * log is expected. `timestamp` is a TimeStampToken over the signature, where there is one.
 */
export function sigstoreBundle(envelope: Uint8Array, spki: Uint8Array, timestamp?: Uint8Array): Uint8Array {
  const material = {
    publicKey: { hint: keyHint(spki) },
    tlogEntries: [],
    ...(timestamp === undefined ? {} : { timestampVerificationData: stampedBy(timestamp) }),
  };
  const head = `{"mediaType":${JSON.stringify(BUNDLE_TYPE)},"verificationMaterial":${JSON.stringify(material)}`;
  const end = envelope.at(-1) === LINE_FEED ? -1 : undefined;
  return Buffer.concat([Buffer.from(`${head},"dsseEnvelope":`), envelope.subarray(0, end), Buffer.from('}\n')]);
}

const LINE_FEED = 0x0a;

/** Sigstore's form of RFC 3161: the whole response, over the signature of the envelope. */
const stampedBy = (token: Uint8Array) => ({
  rfc3161Timestamps: [{ signedTimestamp: Buffer.from(responseOf(token)).toString('base64') }],
});

/** What cosign writes for a key that no certificate names: base64 of the SHA-256 of its SubjectPublicKeyInfo. */
const keyHint = (spki: Uint8Array): string => createHash('sha256').update(spki).digest('base64');
