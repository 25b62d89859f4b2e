/** Byte that a character of base64 or base64url stands for, 255 where it is none. */
const SIXES = new Uint8Array(128).fill(255);
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  SIXES[letter.charCodeAt(0)] = value;
}
SIXES['-'.charCodeAt(0)] = 62;
SIXES['_'.charCodeAt(0)] = 63;

/** Control characters, besides blanks and line ends, are in no text. */
const isPrintable = (byte: number): boolean =>
  (byte >= 0x20 && byte !== 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Printable ASCII at the beginning: of 9 bytes by chance 1 of 4,000 runs has that, and so costs more than this look. */
function beginsAsText(run: string): boolean {
  for (let at = 0; at + 3 < 12; at += 4) {
    const bits = (six(run, at) << 18) | (six(run, at + 1) << 12) | (six(run, at + 2) << 6) | six(run, at + 3);
    for (const byte of [bits >>> 16, (bits >>> 8) & 0xff, bits & 0xff]) {
      if (byte > 0x7e || !isPrintable(byte)) return false;
    }
  }
  return true;
}

const six = (run: string, at: number): number => SIXES[run.charCodeAt(at)] ?? 0;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that a run of base64 stands for, or undefined where it is none: bytes, a hash, a name. */
export function printableBase64(run: string): string | undefined {
  if (!beginsAsText(run)) return undefined;
  try {
    const text = decoder.decode(Buffer.from(run, 'base64'));
    for (let at = 0; at < text.length; at += 1) if (!isPrintable(text.charCodeAt(at))) return undefined;
    return text;
  } catch {
    return undefined;
  }
}

/** The text behind URL-encoding; escapes that are not UTF-8 stay as they are. */
export function unescaped(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
