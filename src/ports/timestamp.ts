/** A timestamp that was granted, or why there is none: a refusal is an answer of this port, not a throw. */
export type TimestampReply =
  | { readonly token: Uint8Array }
  | {
      readonly failure: {
        /** Stable and kebab-case: `timestamp-timeout`. */
        readonly code: string;
        readonly message: string;
      };
    };

/** A time-stamping authority (RFC 3161). */
export interface TimestampAuthority {
  /**
   * Asks for a timestamp over a SHA-256 digest, 32 bytes. A `token` is the DER of a TimeStampToken whose
   * imprint, nonce, signature and certificates were verified, up to a certificate that the deployment
   * trusts. It answers within a bounded time and never throws.
   */
  stamp(imprint: Uint8Array): Promise<TimestampReply>;
}
