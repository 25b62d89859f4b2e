import { createHash, X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import { AttributeTypeAndValue, BasicConstraints, Certificate, Extension, ExtKeyUsage } from 'pkijs';
import { WitnessmarkError } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import type { Signer } from '../../ports/signer.ts';
import { algorithm, decode, derOfPem, encode, exact, OID, pemOfDer } from './der.ts';

/** The two certificates of a deployment, each as PEM with a final newline. */
export interface Chain {
  readonly rootPem: string;
  readonly signingPem: string;
}

export interface ChainRequest {
  readonly rootSigner: Signer;
  readonly leafSigner: Signer;
  /** Stands as O in both names. */
  readonly organisation: string;
  /** UTC, `2026-10-01T00:00:00.000Z`; milliseconds are dropped. */
  readonly notBefore: string;
  /** How long the certificates are valid, in years; 25 and 10 unless told. */
  readonly rootYears?: number;
  readonly signingYears?: number;
}

interface Names {
  readonly subject: readonly [string, string];
  readonly issuer: readonly [string, string];
}

interface Template extends Names {
  readonly spki: Uint8Array;
  readonly notBefore: Date;
  readonly years: number;
  readonly extensions: Extension[];
}

/**
 * A root that signs one certificate, and that certificate for the document key. Readers trust the
 * root; a self-signed document certificate is never trusted by NSS-based readers, whatever flags.
 * The same keys, names and dates give the same bytes (RSA PKCS #1 v1.5 is deterministic).
 * @throws WitnessmarkError `pack-signer-algorithm` unless both keys are RSA.
 */
export async function createChain(request: ChainRequest): Promise<Chain> {
  const { organisation, rootSigner, rootYears = 25 } = request;
  const rootKey = await rsaKey(rootSigner);
  const rootName = rootNameOf(organisation);
  const notBefore = secondOf(request.notBefore);
  const root = await issue(rootSigner, {
    subject: rootName,
    issuer: rootName,
    spki: rootKey,
    notBefore,
    years: rootYears,
    extensions: [basicConstraints(true), keyUsage(['keyCertSign']), subjectKeyId(rootKey)],
  });
  return { rootPem: pemOfDer(root), signingPem: await certify(request) };
}

/** The certificate of a document key alone, as PEM, by a root that `createChain` has made for the organisation. */
export async function certify(request: Omit<ChainRequest, 'rootYears'>): Promise<string> {
  const { organisation, rootSigner, leafSigner, signingYears = 10 } = request;
  const [rootKey, leafKey] = [await rsaKey(rootSigner), await rsaKey(leafSigner)];
  const leaf = await issue(rootSigner, {
    subject: [organisation, 'Witnessmark reports'],
    issuer: rootNameOf(organisation),
    spki: leafKey,
    notBefore: secondOf(request.notBefore),
    years: signingYears,
    extensions: [
      basicConstraints(false),
      keyUsage(['digitalSignature', 'nonRepudiation']),
      extendedKeyUsage(),
      subjectKeyId(leafKey),
      authorityKeyId(rootKey),
    ],
  });
  return pemOfDer(leaf);
}

const rootNameOf = (organisation: string) => [organisation, 'Witnessmark root'] as const;

const secondOf = (time: string): Date => new Date(`${time.slice(0, 19)}Z`);

/**
 * What a report says of the certificate that signs it, and of when it does: `at`, a UTC timestamp, or when the
 * certificate began to be valid, where a report is made again with a newer one.
 */
export function signingOf(signingPem: string, at: string): Report['signing'] {
  const der = derOfPem(signingPem, 'signing certificate');
  const certificate = new X509Certificate(der);
  const name = (text: string): string => text.split('\n').reverse().join(', ');
  return {
    subject: name(certificate.subject),
    issuer: name(certificate.issuer),
    sha256: createHash('sha256').update(der).digest('hex'),
    notAfter: new Date(certificate.validTo).toISOString(),
    at: [at, new Date(certificate.validFrom).toISOString()].reduce((a, b) => (a > b ? a : b)),
  };
}

async function rsaKey(signer: Signer): Promise<Uint8Array> {
  if (signer.algorithm !== 'RSASSA_PKCS1_V1_5_SHA_256') {
    throw new WitnessmarkError(
      'pack-signer-algorithm',
      `a document key must sign with RSASSA_PKCS1_V1_5_SHA_256, found ${signer.algorithm}`,
      { hint: 'PDF readers do not verify Ed25519; use an RSA key of 3072 bits for documents and certificates.' },
    );
  }
  return await signer.publicKey();
}

async function issue(signer: Signer, template: Template): Promise<Uint8Array> {
  const certificate = new Certificate();
  certificate.version = 2;
  certificate.serialNumber = serialOf(template.spki);
  fillName(certificate.issuer, template.issuer);
  fillName(certificate.subject, template.subject);
  setTime(certificate.notBefore, template.notBefore);
  setTime(certificate.notAfter, yearsAfter(template.notBefore, template.years));
  certificate.subjectPublicKeyInfo.fromSchema(decode(template.spki, 'public key'));
  certificate.extensions = template.extensions;
  certificate.signature = algorithm(OID.sha256WithRsa);
  certificate.signatureAlgorithm = algorithm(OID.sha256WithRsa);
  const toBeSigned = encode(certificate.encodeTBS());
  certificate.tbsView = new Uint8Array(exact(toBeSigned));
  certificate.signatureValue = new asn1js.BitString({ valueHex: exact(await signer.sign(toBeSigned)) });
  return encode(certificate.toSchema());
}

/** Positive, 16 bytes, from the key: no random source, and one serial per key under one root. */
function serialOf(spki: Uint8Array): asn1js.Integer {
  const bytes = createHash('sha256').update(spki).digest().subarray(0, 16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return new asn1js.Integer({ valueHex: exact(bytes) });
}

/** One attribute per RDN, in the order that readers expect; pkijs on its own would put all into one. */
function fillName(name: Certificate['subject'], [organisation, common]: readonly [string, string]): void {
  const rdns = [
    [OID.organisation, organisation],
    [OID.commonName, common],
  ].map(([type = '', value = '']) => {
    const attribute = new AttributeTypeAndValue({ type, value: new asn1js.Utf8String({ value }) });
    return new asn1js.Set({ value: [attribute.toSchema()] });
  });
  name.fromSchema(decode(encode(new asn1js.Sequence({ value: rdns })), 'name'));
}

/** RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 on. */
function setTime(time: Certificate['notBefore'], value: Date): void {
  time.value = value;
  time.type = value.getUTCFullYear() < 2050 ? 0 : 1;
}

function yearsAfter(date: Date, years: number): Date {
  const later = new Date(date);
  later.setUTCFullYear(later.getUTCFullYear() + years);
  return later;
}

function extension(extnID: string, critical: boolean, value: { toBER(): ArrayBuffer }): Extension {
  return new Extension({ extnID, critical, extnValue: value.toBER() });
}

function basicConstraints(cA: boolean): Extension {
  const value = cA ? new BasicConstraints({ cA, pathLenConstraint: 0 }) : new BasicConstraints({ cA });
  return extension(OID.basicConstraints, true, value.toSchema());
}

const USAGE_BITS = { digitalSignature: 0x80, nonRepudiation: 0x40, keyCertSign: 0x04 } as const;

function keyUsage(usages: readonly (keyof typeof USAGE_BITS)[]): Extension {
  const bits = usages.reduce((sum, usage) => sum | USAGE_BITS[usage], 0);
  const unusedBits = Math.log2(bits & -bits);
  return extension(OID.keyUsage, true, new asn1js.BitString({ valueHex: exact(Uint8Array.of(bits)), unusedBits }));
}

/** Both purposes: PDF readers look for document signing, OpenSSL's `cms -verify` for e-mail. */
function extendedKeyUsage(): Extension {
  const purposes = new ExtKeyUsage({ keyPurposes: [OID.documentSigning, OID.emailProtection] });
  return extension(OID.extendedKeyUsage, false, purposes.toSchema());
}

/** RFC 7093, 2, method 1: the first 160 bits of SHA-256 over the key's bits. */
function keyIdOf(spki: Uint8Array): ArrayBuffer {
  const certificate = new Certificate();
  certificate.subjectPublicKeyInfo.fromSchema(decode(spki, 'public key'));
  const key = certificate.subjectPublicKeyInfo.subjectPublicKey.valueBlock.valueHexView;
  return exact(createHash('sha256').update(key).digest().subarray(0, 20));
}

function subjectKeyId(spki: Uint8Array): Extension {
  return extension(OID.subjectKeyId, false, new asn1js.OctetString({ valueHex: keyIdOf(spki) }));
}

function authorityKeyId(spki: Uint8Array): Extension {
  const keyIdentifier = new asn1js.Primitive({ idBlock: { tagClass: 3, tagNumber: 0 }, valueHex: keyIdOf(spki) });
  return extension(OID.authorityKeyId, false, new asn1js.Sequence({ value: [keyIdentifier] }));
}
