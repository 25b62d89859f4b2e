/** What openssl needs of a signed PDF: the bytes that are signed, and the CMS. */
export interface SignedPdf {
  readonly content: Uint8Array;
  readonly cms: Uint8Array;
}

/** Cuts a PDF along its ByteRange as ISO 32000-1, 12.8.1 says; knows nothing of how it was made. */
export function cutPdf(pdf: Buffer): SignedPdf {
  const text = pdf.toString('latin1');
  const ranges = [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)];
  if (ranges.length !== 1) throw new Error(`expected one ByteRange, got ${ranges.length}`);
  const [start = 0, length = 0, again = 0, rest = 0] = (ranges[0] ?? []).slice(1).map(Number);
  const content = Buffer.concat([pdf.subarray(start, start + length), pdf.subarray(again, again + rest)]);
  // Between the two ranges stands <hex>, padded with zeros.
  const hex = text.slice(start + length + 1, again - 1);
  const padded = Buffer.from(hex, 'hex');
  return { content, cms: padded.subarray(0, derLength(padded)) };
}

/** Length of the first DER value, its head included; four bytes of length at most. */
function derLength(der: Buffer): number {
  const first = der[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const octets = first & 0x7f;
  return 2 + octets + der.readUIntBE(2, octets);
}
