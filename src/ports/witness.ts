/** What a witness answers to `add-checkpoint` (C2SP tlog-witness). */
export interface WitnessReply {
  /** 200 with cosignature lines; 409 with the size that it stands for; else why it does not cosign. */
  readonly status: number;
  /** Media type of the body. */
  readonly type: string;
  readonly body: string;
  /** What went wrong in the witness itself; for its own log, never sent. */
  readonly failure?: string;
}

/**
 * Asks witnesses to cosign. `ask` sends the body of one `add-checkpoint` to the witness under `url` and
 * gives its answer, whatever that is; it throws where none came in time.
 */
export interface Witnesses {
  ask(url: string, body: string): Promise<WitnessReply>;
}
