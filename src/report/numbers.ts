/**
 * Numbers, dates and durations as text. Nothing here asks the machine's locale or time zone, because
 * the same report must give the same bytes everywhere.
 */

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `12345` → `12,345`. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 resource`, `2 resources`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `2026-01-05` → `5 January 2026`. */
export function longDay(day: string): string {
  return `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
}

/** `2026-01-05` → `5 Jan`. */
export function shortDay(day: string): string {
  return `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]?.slice(0, 3)}`;
}

/** `2026-01-05T02:00:09.000Z` → `2026-01-05 02:00 UTC`. */
export function minute(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)} UTC`;
}

/** `2026-01-05T02:00:09.000Z` → `2026-01-05 02:00`, for columns whose head says UTC. */
export function shortMinute(timestamp: string): string {
  return `${timestamp.slice(0, 10)} ${timestamp.slice(11, 16)}`;
}

/** Seconds in the two largest units: `3 d 4 h`, `25 min`, `40 s`. */
export function duration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  const at = units.findIndex(([size]) => seconds >= size);
  if (at === -1) return '0 s';
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, unit] of units.slice(at, at + 2)) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${count(whole)} ${unit}`);
  }
  return parts.join(' ');
}

/** A share as a whole percentage that is 100 only for all and 0 only for none. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const share = Math.round((part / whole) * 100);
  if (share === 100 && part < whole) return '99 %';
  return share === 0 && part > 0 ? '1 %' : `${share} %`;
}

/** The day `offset` days after another one. */
export function addDays(day: string, offset: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + offset * 86_400_000).toISOString().slice(0, 10);
}

/** `1 day` → from `from` to `to`: one date if they are the same. */
export function daySpan(from: string, to: string): string {
  return from === to ? from : `${from} to ${to}`;
}
