/** Deepest nesting and number of values of a JSON text, both as upper bounds. */
export interface JsonBounds {
  readonly depth: number;
  readonly values: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** `{` and `[` differ in this bit only, as do `}` and `]`. */
const CURLY = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Counts brackets and commas outside strings in one pass over the bytes, without making anything of them.
 * Sound for any bytes: of a text that is no JSON it says at least what a parser meets before it stops.
 */
export function jsonBounds(bytes: Uint8Array): JsonBounds {
  const end = bytes.length;
  let [depth, deepest, values] = [0, 0, 1];
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) at = endOfString(bytes, at + 1, end);
    else if (byte === COMMA) values += 1;
    else if ((byte | CURLY) === OPEN) {
      values += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if ((byte | CURLY) === CLOSE) depth -= 1;
  }
  return { depth: deepest, values };
}

/** Where the closing quote stands, or the end. */
function endOfString(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return end;
}
