/**
 * Makes UUIDs of version 7 (RFC 9562, 5.7), which sort by the time that is given; those of the same millisecond sort
 * in the order in which one maker made them, up to 4096.
 */
export function uuidsByTime(random: (bytes: number) => Uint8Array): (at: string) => string {
  let last = '';
  let count = 0;
  return (at) => {
    count = at === last ? (count + 1) & 0xfff : 0;
    last = at;
    const time = Date.parse(at).toString(16).padStart(12, '0');
    const rest = Buffer.from(random(8));
    rest[0] = ((rest[0] ?? 0) & 0x3f) | 0x80;
    const end = rest.toString('hex');
    const counted = count.toString(16).padStart(3, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counted}-${end.slice(0, 4)}-${end.slice(4)}`;
  };
}

/** Milliseconds since 1970 that such a UUID was made at. */
export const timeOfUuid = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
