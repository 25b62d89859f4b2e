/** One test vector before its result is known. */
export interface Vector {
  readonly name: string;
  /** An operation of `operations.ts`. */
  readonly do: string;
  readonly in: unknown;
  /** Where it was published. */
  readonly source?: string;
  /** What must come out, where that was published. */
  readonly expect?: unknown;
  /** Why it must be refused, where it must. */
  readonly refused?: string;
}

/** Hexadecimal digits of bytes, or of the UTF-8 form of a text. */
export const hex = (data: Uint8Array | string): string => Buffer.from(data as string).toString('hex');
