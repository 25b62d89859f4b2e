/** One thing that is wrong: in which file of the pack, on which line (from 1), and what. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

export interface StepResult {
  /** Stable, for scripts. */
  readonly code: string;
  readonly title: string;
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  /** What was not looked at, and why: never a failure, never silent. */
  readonly notes: readonly string[];
}

export interface VerifyResult {
  readonly ok: boolean;
  readonly steps: readonly StepResult[];
  /** What a reader must know although nothing is wrong. */
  readonly warnings: readonly string[];
}

export interface VerifyOptions {
  /** Verifier keys from elsewhere than the pack; the ledger's key must be one of them. */
  readonly verifierKeys?: readonly string[];
  /** Text of a checkpoint that was kept from earlier; the pack's must extend it. */
  readonly since?: string;
  /** The root certificate from elsewhere than the pack, as PEM. */
  readonly trustedRoot?: string;
  /** Certificates of time-stamping authorities from elsewhere than the pack, as PEM. */
  readonly timestampRoots?: string;
  /** Whether it is wrong that the checkpoint, the PDF or the statement has no timestamp. */
  readonly requireTimestamps?: boolean;
}

/** What a step found, and what it left open. */
export interface StepOutcome {
  readonly findings: readonly Finding[];
  readonly notes?: readonly string[];
  readonly warnings?: readonly string[];
}
