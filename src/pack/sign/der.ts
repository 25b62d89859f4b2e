import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, Certificate } from 'pkijs';
import { messageOf, WitnessmarkError } from '../../model/error.ts';

/** Object identifiers that certificates and signatures here are made of. */
export const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  sha256: '2.16.840.1.101.3.4.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  commonName: '2.5.4.3',
  organisation: '2.5.4.10',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  documentSigning: '1.3.6.1.5.5.7.3.36',
  emailProtection: '1.3.6.1.5.5.7.3.4',
} as const;

/** An algorithm with its explicit NULL parameters, as RFC 4055 wants them for RSA. */
export function algorithm(oid: string): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithmId: oid, algorithmParams: new asn1js.Null() });
}

/** A copy of the bytes in an ArrayBuffer of exactly their length, which is what asn1js takes. */
export function exact(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

/** DER of any asn1js value or schema. */
export function encode(value: { toBER(): ArrayBuffer }): Uint8Array {
  return new Uint8Array(value.toBER());
}

/**
 * Parses bytes that hold exactly one DER value.
 * @throws WitnessmarkError `pack-der` for anything else, trailing bytes included.
 */
export function decode(bytes: Uint8Array, what: string): asn1js.AsnType {
  const { offset, result } = asn1js.fromBER(exact(bytes));
  if (offset !== bytes.length) {
    const found = offset === -1 ? `not DER (${result.error})` : `${bytes.length - offset} bytes after it`;
    throw new WitnessmarkError('pack-der', `${what}: expected exactly one DER value, found ${found}`);
  }
  return result;
}

/** DER values in the order of a SET OF: ascending by their encoded bytes (X.690, 11.6). */
export function derSorted<T extends { toSchema(): { toBER(): ArrayBuffer } }>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, der: Buffer.from(value.toSchema().toBER()) }))
    .sort((a, b) => Buffer.compare(a.der, b.der))
    .map(({ value }) => value);
}

const PEM = /^-----BEGIN CERTIFICATE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END CERTIFICATE-----\r?\n?$/;

/**
 * DER of a PEM file that holds exactly one certificate and nothing else.
 * @throws WitnessmarkError `pack-pem`
 */
export function derOfPem(pem: string, what: string): Uint8Array {
  const found = pem.length <= 65_536 ? PEM.exec(pem) : null;
  if (found?.[1] === undefined) {
    throw new WitnessmarkError('pack-pem', `${what}: expected one PEM certificate and nothing else`);
  }
  return Buffer.from(found[1], 'base64');
}

/** PEM in lines of 64, with a final newline: without one, `cat a.pem b.pem` gives a broken file. */
export function pemOfDer(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/**
 * The certificate in a PEM file.
 * @throws WitnessmarkError `pack-pem`, `pack-der` or `pack-certificate`
 */
export function certificateOf(pem: string, what: string): Certificate {
  const der = decode(derOfPem(pem, what), what);
  try {
    return new Certificate({ schema: der });
  } catch (cause) {
    throw new WitnessmarkError('pack-certificate', `${what}: not an X.509 certificate (${messageOf(cause)})`, {
      cause,
    });
  }
}
