/**
 * Signs whole messages with one key that it never shows. Fits a key file, and AWS KMS `Sign`
 * (Ed25519 with RAW, RSA with RAW or DIGEST).
 */
export interface Signer {
  readonly algorithm: 'Ed25519' | 'RSASSA_PKCS1_V1_5_SHA_256';
  /** Public key as DER SubjectPublicKeyInfo. */
  publicKey(): Promise<Uint8Array>;
  sign(message: Uint8Array): Promise<Uint8Array>;
}
