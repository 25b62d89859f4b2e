import type { Notary } from '../ledger/notary.ts';
import type { Clock } from '../ports/clock.ts';
import type { EvidenceIndex } from '../ports/evidence-index.ts';
import type { Objects } from '../ports/objects.ts';
import type { Signer } from '../ports/signer.ts';
import type { Identity } from './identity.ts';
import type { Renderer } from './renderings.ts';
import type { Timestamps } from './timestamps.ts';

/** One deployment's store, as the use cases see it: ports only. */
export interface Store {
  readonly objects: Objects;
  readonly index: EvidenceIndex;
  readonly notary: Notary;
  readonly identity: Identity;
  readonly clock: Clock;
  /**
   * Takes the right to write, until the store is closed. Left out where the store needs none. Throws
   * `store-busy` while another process has it, and `store-read-only` where nobody can.
   */
  readonly claim?: () => Promise<void>;
  /** Name of the log, the first line of every checkpoint. */
  readonly origin: string;
  /** C2SP verifier keys, newest last. */
  readonly verifierKeys: readonly string[];
  /** Secret for the salted digests of redacted values. */
  readonly redactionSecret: Uint8Array;
  /** Signs documents: PDF and attestation. */
  readonly documentSigner: Signer;
  /** Left out where the store has no time-stamping authority. */
  readonly timestamps?: Timestamps;
  readonly certificates: { readonly rootPem: string; readonly signingPem: string };
  /** Renders reports beside everything else, where the machine can. */
  readonly renderer?: Renderer;
  /** Name and version of this software, as it stands in plans and reports. */
  readonly software: string;
}
