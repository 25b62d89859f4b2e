/**
 * The one error class of the product. `code` is stable and kebab-case, prefixed by the area it
 * comes from (`ledger-…`, `catalog-…`), so that scripts and tests match on it and never on text.
 * The message says what was wrong, where, what was expected and what was found; `hint` says what
 * to do about it.
 */
export class WitnessmarkError extends Error {
  readonly code: string;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'WitnessmarkError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The text of anything that was thrown, for a message that quotes its cause. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
