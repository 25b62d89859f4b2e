import { WitnessmarkError } from '../../model/error.ts';

/** A block of addresses: all from `first` to `last`, both included. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
}

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address. Bits after the prefix are ignored, as
 * EC2 does. Anything else throws `evaluate-cidr`.
 */
export function parseCidr(text: string): AddressRange {
  const [address = '', prefixText, ...rest] = text.split('/');
  const version = address.includes(':') ? 6 : 4;
  const value = version === 6 ? parseIpv6(address) : parseIpv4(address);
  const width = version === 6 ? 128 : 32;
  const prefix = prefixText === undefined ? width : decimal(prefixText, width);
  if (value === undefined || prefix === undefined || rest.length > 0)
    throw new WitnessmarkError(
      'evaluate-cidr',
      `expected an address range such as 10.0.0.0/8 or 2001:db8::/32, found ${JSON.stringify(text.slice(0, 60))}`,
    );
  const size = 1n << BigInt(width - prefix);
  const first = value - (value % size);
  return { version, first, last: first + size - 1n, prefix };
}

/** Whether the ranges together hold every address of `wanted`; neighbours and overlaps are joined. */
export function rangesContain(ranges: readonly AddressRange[], wanted: AddressRange): boolean {
  const sorted = ranges
    .filter((it) => it.version === wanted.version)
    .toSorted((a, b) => (a.first < b.first ? -1 : Number(a.first > b.first)));
  let next = wanted.first;
  for (const range of sorted) {
    if (range.first > next) return false;
    if (range.last >= next) next = range.last + 1n;
    if (next > wanted.last) return true;
  }
  return false;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    const octet = decimal(part, 255);
    if (octet === undefined) return undefined;
    value = value * 256n + BigInt(octet);
  }
  return value;
}

/** RFC 4291, section 2.2, all three forms; no zone. */
function parseIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = [groups(halves[0] ?? ''), groups(halves[1] ?? '')];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return all.reduce((value, group) => value * 65_536n + BigInt(group), 0n);
}

/** The 16-bit groups of one side of `::`; a last group in dotted form counts as two. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const dotted = index === parts.length - 1 && part.includes('.') ? parseIpv4(part) : undefined;
    if (dotted !== undefined) out.push(Number(dotted >> 16n), Number(dotted & 0xffffn));
    else if (/^[0-9a-f]{1,4}$/i.test(part)) out.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return out;
}

function decimal(text: string, max: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}
