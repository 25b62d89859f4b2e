const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };

/** A text string (ISO 32000-1, 7.9.2.2), in Latin-1: ASCII as it is, anything else as UTF-16 with a byte order mark. */
export function pdfString(text: string): string {
  const bytes = /^\p{ASCII}*$/u.test(text)
    ? text
    : Buffer.from(`\u{FEFF}${text}`, 'utf16le').swap16().toString('latin1');
  return `(${bytes.replace(/[\n\r\t\b\f\\()]/g, (it) => ESCAPES[it] ?? `\\${it}`)})`;
}
