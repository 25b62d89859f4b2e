import * as asn1js from 'asn1js';
import { type Attribute, type Certificate, getCrypto, IssuerAndSerialNumber } from 'pkijs';
import { messageOf } from '../../model/error.ts';
import { encode, exact, OID } from '../sign/der.ts';
import { isStrong } from './chain.ts';
import { timestampFault } from './fault.ts';
import { HASHES, SIGNATURE_HASHES, TIMESTAMP_OID } from './oid.ts';
import type { TimestampToken } from './token.ts';

/**
 * Verifies the CMS signature of a token (RFC 5652, 5.4; RFC 3161, 2.4.2; RFC 5816) and gives the
 * certificate that it is bound to. Exactly one value of each signed attribute counts: content type, message
 * digest, and the hash of the signing certificate.
 * @throws WitnessmarkError `timestamp-signature`
 */
export async function checkSignature(token: TimestampToken): Promise<Certificate> {
  const { signer, content } = token;
  const hash = HASHES[signer.digestAlgorithm.algorithmId];
  if (hash === undefined) throw fault(`the hash function ${signer.digestAlgorithm.algorithmId} is not taken`);
  const attributes = signer.signedAttrs?.attributes ?? [];
  const [type] = valuesOf(attributes, OID.contentType);
  if (!(type instanceof asn1js.ObjectIdentifier) || type.valueBlock.toString() !== TIMESTAMP_OID.tstInfo) {
    throw fault('the signed content type is not TSTInfo');
  }
  const [digest] = valuesOf(attributes, OID.messageDigest);
  if (!sameBytes(octetsOf(digest), await digestOf(hash, content)))
    throw fault('the signed digest is not that of its TSTInfo');
  const certificate = signerOf(token);
  await checkBinding(attributes, certificate);
  if (!isStrong(certificate)) throw fault('its key is weaker than RSA of 2,048 bits, or of an unknown kind');
  if (!(await isSigned(token, certificate, hash))) throw fault('the signature does not hold');
  return certificate;
}

async function isSigned({ signer }: TimestampToken, certificate: Certificate, hash: string): Promise<boolean> {
  const { algorithmId } = signer.signatureAlgorithm;
  const told = algorithmId === OID.rsaEncryption ? hash : SIGNATURE_HASHES[algorithmId];
  if (told === undefined) throw fault(`the signature algorithm ${algorithmId} is not taken`);
  try {
    return await getCrypto(true).verifyWithPublicKey(
      // As they stand in the token, under the tag of a SET: what is written again could differ from what was signed.
      signer.signedAttrs?.encodedValue ?? new ArrayBuffer(0),
      signer.signature,
      certificate.subjectPublicKeyInfo,
      signer.signatureAlgorithm,
      ...(algorithmId === OID.rsaEncryption ? [hash] : []),
    );
  } catch (thrown) {
    throw timestampFault('timestamp-signature', `cannot be verified: ${messageOf(thrown).slice(0, 200)}`, thrown);
  }
}

/** The certificate that the signer names by issuer and serial number. */
function signerOf({ signer, certificates }: TimestampToken): Certificate {
  const { sid } = signer;
  const found =
    sid instanceof IssuerAndSerialNumber
      ? certificates.find((it) => it.issuer.isEqual(sid.issuer) && it.serialNumber.isEqual(sid.serialNumber))
      : undefined;
  if (found === undefined) throw fault('it does not bring the certificate that it was signed with');
  return found;
}

const SHA_1 = 'SHA-1';

/**
 * The signature binds its certificate, so that no other with the same key can be put in its place. The
 * SHA-1 of ESSCertID only names the certificate, and it is what RFC 3161 asked for.
 */
async function checkBinding(attributes: readonly Attribute[], certificate: Certificate): Promise<void> {
  const der = encode(certificate.toSchema());
  const old = attributes.some((it) => it.type === TIMESTAMP_OID.signingCertificate);
  const now = attributes.some((it) => it.type === OID.signingCertificateV2);
  if (!old && !now) throw fault('it does not bind its certificate (no signing-certificate attribute)');
  if (now) {
    const [algorithm, hash] = firstId(valuesOf(attributes, OID.signingCertificateV2)[0]);
    const name = algorithm === undefined ? 'SHA-256' : HASHES[algorithm];
    if (name === undefined || !sameBytes(hash, await digestOf(name, der))) throw fault('it binds another certificate');
  }
  if (old) {
    const [algorithm, hash] = firstId(valuesOf(attributes, TIMESTAMP_OID.signingCertificate)[0]);
    if (algorithm !== undefined || !sameBytes(hash, await digestOf(SHA_1, der)))
      throw fault('it binds another certificate');
  }
}

/** Algorithm, where one is told, and hash of the first ESSCertID or ESSCertIDv2 (RFC 5035, 4 and 5). */
function firstId(value: asn1js.AsnType | undefined): [algorithm: string | undefined, hash: Uint8Array | undefined] {
  const [first, second] = childrenOf(childrenOf(childrenOf(value)[0])[0]);
  if (first instanceof asn1js.OctetString) return [undefined, octetsOf(first)];
  const [oid] = childrenOf(first);
  return [oid instanceof asn1js.ObjectIdentifier ? oid.valueBlock.toString() : '', octetsOf(second)];
}

const childrenOf = (value: asn1js.AsnType | undefined): asn1js.AsnType[] =>
  value instanceof asn1js.Sequence ? value.valueBlock.value : [];

const octetsOf = (value: asn1js.AsnType | undefined): Uint8Array | undefined =>
  value instanceof asn1js.OctetString ? new Uint8Array(value.getValue()) : undefined;

/** The values of an attribute that is there once and has one value; else none. */
function valuesOf(attributes: readonly Attribute[], type: string): asn1js.AsnType[] {
  const [first, ...others] = attributes.filter((it) => it.type === type);
  return first?.values.length === 1 && others.length === 0 ? first.values : [];
}

const digestOf = async (hash: string, bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest(hash, exact(bytes)));

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a?.length === b.length && a.every((byte, at) => byte === b[at]);

const fault = (message: string) => timestampFault('timestamp-signature', message);
