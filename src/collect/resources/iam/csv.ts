/**
 * Parses comma-separated text (RFC 4180) into rows of cells. Quoted cells may hold commas, quotes and
 * line breaks: names of IAM users may hold commas. Throws a SyntaxError with the line where a quote is
 * not closed, stands inside a bare cell, or text follows a closed one.
 */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = readCell(text, at);
    row.push(cell.value);
    at = cell.end + lineBreakLength(text, cell.end);
    if (text[cell.end] === ',') {
      at = cell.end + 1;
      if (at < text.length) continue;
      row.push('');
    }
    rows.push(row);
    row = [];
  }
  return rows;
}

const BARE = /[^",\r\n]*/y;
const QUOTED = /"((?:[^"]|"")*)"/y;

function readCell(text: string, start: number): { value: string; end: number } {
  const pattern = text[start] === '"' ? QUOTED : BARE;
  pattern.lastIndex = start;
  const match = pattern.exec(text);
  const end = pattern.lastIndex;
  const isAtEnd = end === text.length || text[end] === ',' || lineBreakLength(text, end) > 0;
  if (match === null || !isAtEnd) throw malformed(text, match === null ? start : end);
  return { value: match[1]?.replaceAll('""', '"') ?? match[0], end };
}

function lineBreakLength(text: string, at: number): number {
  if (text[at] === '\n') return 1;
  return text[at] === '\r' && text[at + 1] === '\n' ? 2 : 0;
}

function malformed(text: string, at: number): SyntaxError {
  const line = text.slice(0, at).split('\n').length;
  return new SyntaxError(`line ${line}: expected a comma or the end of the line after a cell`);
}
