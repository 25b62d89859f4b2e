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

/** RSASSA-PKCS1-v1_5 over SHA-256 (RFC 8017, 8.2): what document keys and their certificates are signed with. */
const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;

/**
 * Whether the key of a certificate made a signature over bytes. Asked of WebCrypto, which Node and
 * browsers both have, so that both verify with the same code. A key that is not RSA signed nothing.
 */
export async function hasSigned(signer: PackCertificate, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const spki = publicKeyOf(signer).export({ type: 'spki', format: 'der' });
  const { subtle } = globalThis.crypto;
  try {
    const key = await subtle.importKey('spki', new Uint8Array(spki), RSA, false, ['verify']);
    return await subtle.verify(RSA.name, key, new Uint8Array(signature), new Uint8Array(bytes));
  } catch {
    return false;
  }
}

/** Whether a certificate names another as its issuer, and the other's key signed it (RFC 5280, 6.1.3 (a)). */
export async function isIssuedBy(certificate: PackCertificate, issuer: PackCertificate): Promise<boolean> {
  if (!x509(certificate).checkIssued(x509(issuer))) return false;
  const { signature, signatureAlgorithm, signatureValue, tbsView } = certificate.parsed;
  const algorithms = [signature.algorithmId, signatureAlgorithm.algorithmId];
  if (algorithms.some((it) => it !== OID.sha256WithRsa)) return false;
  return await hasSigned(issuer, tbsView, signatureValue.valueBlock.valueHexView);
}
