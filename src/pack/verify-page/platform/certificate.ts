import type { Certificate, ExtKeyUsage } from 'pkijs';
import { certificateOf, derOfPem, encode, OID, pemOfDer } from '../../sign/der.ts';
import { Buffer } from './bytes.ts';

const KEY_CERT_SIGN = 0x04;
const BLOCK = /-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----/;

/** What the verifier asks of a key of Node's `X509Certificate`. */
interface PublicKey {
  readonly asymmetricKeyType: 'rsa' | undefined;
  readonly asymmetricKeyDetails: { readonly modulusLength?: number };
  export(form: { readonly type: 'spki'; readonly format: 'der' }): Buffer;
}

/**
 * What the verifier asks of Node's `X509Certificate`, from pkijs instead of OpenSSL, with OpenSSL's
 * answers. Only the signature is not looked at here, in neither of the two.
 */
export class X509Certificate {
  readonly raw: Buffer;
  readonly #parsed: Certificate;

  /** DER, or PEM with whatever stands before and after it. Throws where it is no certificate. */
  constructor(source: string | Uint8Array) {
    const pem = typeof source === 'string' ? `${BLOCK.exec(source)?.[0]}\n` : pemOfDer(source);
    this.#parsed = certificateOf(pem, 'certificate');
    this.raw = Buffer.from(derOfPem(pem, 'certificate'));
  }

  /** As OpenSSL's X509_check_ca: a CA by its basic constraints that may sign certificates. */
  get ca(): boolean {
    const constraints = this.#extension(OID.basicConstraints) as { readonly cA?: boolean } | undefined;
    return constraints?.cA === true && this.#maySign();
  }

  /** Purposes of the extended key usage, as OIDs; undefined where there is no such extension. */
  get keyUsage(): string[] | undefined {
    return (this.#extension(OID.extendedKeyUsage) as ExtKeyUsage | undefined)?.keyPurposes;
  }

  get validFrom(): string {
    return this.#parsed.notBefore.value.toISOString();
  }

  get validTo(): string {
    return this.#parsed.notAfter.value.toISOString();
  }

  get publicKey(): PublicKey {
    const { subjectPublicKeyInfo: info } = this.#parsed;
    const isRsa = info.algorithm.algorithmId === OID.rsaEncryption;
    const { modulus } = (info.parsedKey ?? {}) as { readonly modulus?: { valueBlock: { valueHexView: Uint8Array } } };
    if (isRsa && modulus === undefined) throw new Error('its key cannot be read');
    return {
      asymmetricKeyType: isRsa ? 'rsa' : undefined,
      asymmetricKeyDetails: modulus === undefined ? {} : { modulusLength: bitLength(modulus.valueBlock.valueHexView) },
      export: () => Buffer.from(encode(info.toSchema())),
    };
  }

  /** As OpenSSL's X509_check_issued: by the names, the key identifiers, and that the issuer may sign certificates. */
  checkIssued(issuer: X509Certificate): boolean {
    const named = Buffer.from(this.#parsed.issuer.valueBeforeDecode);
    if (!named.equals(Buffer.from(issuer.#parsed.subject.valueBeforeDecode)) || !issuer.#maySign()) return false;
    const authority = this.#extension(OID.authorityKeyId) as { keyIdentifier?: Octets } | undefined;
    const subject = issuer.#extension(OID.subjectKeyId) as Octets | undefined;
    if (authority?.keyIdentifier === undefined || subject === undefined) return true;
    return octets(authority.keyIdentifier).equals(octets(subject));
  }

  #maySign(): boolean {
    const usage = this.#extension(OID.keyUsage) as Octets | undefined;
    return usage === undefined || ((usage.valueBlock.valueHexView[0] ?? 0) & KEY_CERT_SIGN) !== 0;
  }

  #extension(id: string): unknown {
    return this.#parsed.extensions?.find((it) => it.extnID === id)?.parsedValue;
  }
}

interface Octets {
  readonly valueBlock: { readonly valueHexView: Uint8Array };
}

const octets = (it: Octets): Buffer => Buffer.from(it.valueBlock.valueHexView);

function bitLength(bytes: Uint8Array): number {
  const start = bytes.findIndex((it) => it !== 0);
  return start === -1 ? 0 : (bytes.length - start) * 8 - Math.clz32(bytes[start] ?? 0) + 24;
}
