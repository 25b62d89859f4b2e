import type { StepResult, VerifyOptions, VerifyResult } from '../verify/types.ts';
import type { Summary } from './summary.ts';

/** What the page asks of its worker, once. */
export interface Order {
  readonly file: File;
  readonly options: VerifyOptions;
}

/** What the worker tells the page, in order; `done` or `failed` is the last. */
export type News =
  | { readonly kind: 'step'; readonly code: string; readonly result?: StepResult }
  /** Bytes read so far, all steps together; told now and then. */
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'done'; readonly result: VerifyResult; readonly summary?: Summary }
  /** The pack could not be looked at: not a word about whether it is right. */
  | { readonly kind: 'failed'; readonly message: string };
