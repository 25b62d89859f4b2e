import { type KeyObject, X509Certificate } from 'node:crypto';
import { OID } from '../sign/der.ts';
import type { PackCertificate } from './pack.ts';

/** OpenSSL's view of a certificate; throws where OpenSSL refuses it. */
export function x509(certificate: PackCertificate): X509Certificate {
  return new X509Certificate(certificate.der);
}

/** The public key of a certificate; throws where it is none. */
export function publicKeyOf(certificate: PackCertificate): KeyObject {
  return x509(certificate).publicKey;
}

/** The bits of the key usage extension (RFC 5280, 4.2.1.3), most significant first: 0x80 is digitalSignature. */
export function keyUsageOf({ parsed }: PackCertificate): number {
  const usage = parsed.extensions?.find((it) => it.extnID === OID.keyUsage)?.parsedValue;
  const bits = (usage as { valueBlock?: { valueHexView?: Uint8Array } } | undefined)?.valueBlock?.valueHexView;
  return bits?.[0] ?? 0;
}
