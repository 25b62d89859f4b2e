import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import { WitnessmarkError } from '../../model/error.ts';
import type { Signer } from '../../ports/signer.ts';
import { TIMESTAMP_OID } from '../timestamp/oid.ts';
import { algorithm, decode, derSorted, encode, exact, OID } from './der.ts';

/**
 * Gives the DER of a TimeStampToken over a SHA-256, or undefined where none can be had. The same digest gets
 * the same token, whenever it is asked for.
 */
export type Stamp = (imprint: Uint8Array) => Promise<Uint8Array | undefined>;

/** What a detached signature is made of: the content's digest, the key, and its chain, leaf first. */
export interface CmsRequest {
  /** SHA-256 of the detached content. */
  readonly digest: Uint8Array;
  readonly signer: Signer;
  /** DER certificates, the signing one first. */
  readonly certificates: readonly Uint8Array[];
  /** Where the signature is to hold a timestamp, over its own value (PAdES baseline T). */
  readonly stamp?: Stamp;
}

/**
 * A detached CMS SignedData (RFC 5652) with exactly the attributes of CAdES and PAdES baseline B:
 * content type, message digest, signing certificate. No signing time, which PAdES forbids: it stands
 * in the PDF's signature dictionary. The same input gives the same bytes. A timestamp is no part of what is
 * signed, and where none can be had the signature is one without.
 * @throws WitnessmarkError `pack-signer-algorithm`, `pack-certificate`, `pack-der`
 */
export async function signDetached({ digest, signer, certificates, stamp }: CmsRequest): Promise<Uint8Array> {
  if (signer.algorithm !== 'RSASSA_PKCS1_V1_5_SHA_256') {
    throw new WitnessmarkError('pack-signer-algorithm', `expected an RSA document key, found ${signer.algorithm}`);
  }
  const signature = await signer.sign(attributesFor(digest, signingOf(certificates)));
  const timestamp = await stamp?.(createHash('sha256').update(signature).digest());
  return assembleCms({ digest, signature, certificates, ...(timestamp === undefined ? {} : { timestamp }) });
}

/** What is signed (RFC 5652, 5.4): the attributes as a SET OF, although they are stored under the tag [0]. */
export function attributesFor(digest: Uint8Array, signingDer: Uint8Array): Uint8Array {
  const attributes = signedAttributes(digest, signingDer).map((attribute) => attribute.toSchema());
  return encode(new asn1js.Set({ value: attributes }));
}

/** The CMS around a signature value over `attributesFor` the same digest and certificate, and its timestamp. */
export function assembleCms(parts: {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  /** DER of a TimeStampToken. */
  readonly timestamp?: Uint8Array;
}): Uint8Array {
  const leafDer = signingOf(parts.certificates);
  const leaf = new Certificate({ schema: decode(leafDer, 'certificate') });
  const signerInfo = new SignerInfo({
    version: 1,
    sid: new IssuerAndSerialNumber({ issuer: leaf.issuer, serialNumber: leaf.serialNumber }),
    digestAlgorithm: algorithm(OID.sha256),
    signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes: signedAttributes(parts.digest, leafDer) }),
    signatureAlgorithm: algorithm(OID.rsaEncryption),
    signature: new asn1js.OctetString({ valueHex: exact(parts.signature) }),
    ...(parts.timestamp === undefined ? {} : { unsignedAttrs: unsignedAttributes(parts.timestamp) }),
  });
  const signedData = new SignedData({
    version: 1,
    digestAlgorithms: [algorithm(OID.sha256)],
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: OID.data }),
    certificates: derSorted(parts.certificates.map((der) => new Certificate({ schema: decode(der, 'certificate') }))),
    signerInfos: [signerInfo],
  });
  return encode(new ContentInfo({ contentType: OID.signedData, content: signedData.toSchema(true) }).toSchema());
}

function signingOf([first]: readonly Uint8Array[]): Uint8Array {
  if (first !== undefined) return first;
  throw new WitnessmarkError('pack-certificate', 'a signature needs its signing certificate, found none');
}

/** RFC 3161, appendix A; ETSI EN 319 122-1, 5.3. */
function unsignedAttributes(token: Uint8Array): SignedAndUnsignedAttributes {
  const values = [decode(token, 'timestamp')];
  return new SignedAndUnsignedAttributes({
    type: 1,
    attributes: [new Attribute({ type: TIMESTAMP_OID.signatureTimeStampToken, values })],
  });
}

function signedAttributes(digest: Uint8Array, leafDer: Uint8Array): Attribute[] {
  const certHash = createHash('sha256').update(leafDer).digest();
  // RFC 5035: SigningCertificateV2 { certs { ESSCertIDv2 { certHash } } }; SHA-256 is the default, so it is left out.
  const signingCertificate = sequence(sequence(sequence(new asn1js.OctetString({ valueHex: exact(certHash) }))));
  return derSorted([
    new Attribute({ type: OID.contentType, values: [new asn1js.ObjectIdentifier({ value: OID.data })] }),
    new Attribute({ type: OID.messageDigest, values: [new asn1js.OctetString({ valueHex: exact(digest) })] }),
    new Attribute({ type: OID.signingCertificateV2, values: [signingCertificate] }),
  ]);
}

function sequence(value: asn1js.AsnType): asn1js.Sequence {
  return new asn1js.Sequence({ value: [value] });
}
