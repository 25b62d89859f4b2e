/** Object identifiers of RFC 3161, RFC 5652, RFC 5035 and RFC 5280 that timestamps are made of. */
export const TIMESTAMP_OID = {
  tstInfo: '1.2.840.113549.1.9.16.1.4',
  /** The unsigned attribute in which a signature holds its timestamp (RFC 3161, appendix A). */
  signatureTimeStampToken: '1.2.840.113549.1.9.16.2.14',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  anyExtendedKeyUsage: '2.5.29.37.0',
  certificatePolicies: '2.5.29.32',
} as const;

const RSA = '1.2.840.113549.1.1';
const ECDSA = '1.2.840.10045.4.3';
const SHA2 = '2.16.840.1.101.3.4.2';

/** Hash functions that are taken, by their name in WebCrypto. SHA-1 is not among them. */
export const HASHES: Readonly<Record<string, string>> = {
  [`${SHA2}.1`]: 'SHA-256',
  [`${SHA2}.2`]: 'SHA-384',
  [`${SHA2}.3`]: 'SHA-512',
};

/** Signature algorithms that say their own hash function. RSASSA-PSS is not among them. */
export const SIGNATURE_HASHES: Readonly<Record<string, string>> = {
  [`${RSA}.11`]: 'SHA-256',
  [`${RSA}.12`]: 'SHA-384',
  [`${RSA}.13`]: 'SHA-512',
  [`${ECDSA}.2`]: 'SHA-256',
  [`${ECDSA}.3`]: 'SHA-384',
  [`${ECDSA}.4`]: 'SHA-512',
};
