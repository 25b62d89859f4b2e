/**
 * Records of a CSV text, read character by character as RFC 4180 says: CRLF ends a record, quotes
 * protect everything, two quotes are one. Throws on anything else, so that nothing odd passes for a cell.
 */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  for (let at = 0; at < text.length; ) {
    const [cell, end] = text[at] === '"' ? quoted(text, at) : plain(text, at);
    record.push(cell);
    if (text[end] === ',') {
      at = end + 1;
    } else if (text.startsWith('\r\n', end)) {
      records.push(record);
      record = [];
      at = end + 2;
    } else throw new Error(`neither a comma nor CRLF at ${end}`);
  }
  if (record.length > 0) throw new Error('the last record has no line end');
  return records;
}

function quoted(text: string, start: number): [cell: string, end: number] {
  let cell = '';
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] !== '"') cell += text[at];
    else if (text[at + 1] === '"') {
      cell += '"';
      at++;
    } else return [cell, at + 1];
  }
  throw new Error('a quote is not closed');
}

function plain(text: string, start: number): [cell: string, end: number] {
  let end = start;
  while (end < text.length && !',\r\n"'.includes(text[end] ?? '')) end++;
  return [text.slice(start, end), end];
}
