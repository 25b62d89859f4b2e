import { WitnessmarkError } from '../model/error.ts';
import { minute, shortMinute } from './numbers.ts';

/** IANA names only: an offset such as `+01:00` does not say which rules hold. The length bounds what is parsed. */
const NAME = /^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/;

/** Making a formatter takes a thousand times as long as using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Whether a text is an IANA name of a time zone (`Europe/Berlin`, `UTC`) that this software knows. */
export function isTimeZone(name: string): boolean {
  return NAME.test(name) && attempt(name) !== undefined;
}

/**
 * A moment in UTC, and in the zone of the reader where that is not UTC: `2026-01-05 02:00 UTC (03:00 Europe/Berlin)`,
 * with the date of the zone where it is another one. The rules of zones come with Node, never from the machine.
 * Throws `report-time-zone` for a zone that is unknown.
 */
export function zoned(timestamp: string, timeZone: string): string {
  const local = localTime(timestamp, timeZone);
  if (local === undefined) return minute(timestamp);
  const { day, time } = local;
  return `${minute(timestamp)} (${day === timestamp.slice(0, 10) ? '' : `${day} `}${time} ${timeZone})`;
}

/**
 * The same for a column whose head says UTC: `2026-01-05 02:00`, and in a second line the time of the zone with its
 * offset, `03:00 +01:00`, and `+1 d` or `−1 d` where the day is another one. Throws `report-time-zone`.
 */
export function shortZoned(timestamp: string, timeZone: string): string {
  const local = localTime(timestamp, timeZone);
  if (local === undefined) return shortMinute(timestamp);
  const { day, time, offset } = local;
  const own = timestamp.slice(0, 10);
  const days = day === own ? '' : day > own ? ' +1 d' : ' −1 d';
  return `${shortMinute(timestamp)}\n${time} ${offset}${days}`;
}

interface LocalTime {
  readonly day: string;
  readonly time: string;
  readonly offset: string;
}

/** Day, time and offset of a moment in a zone; undefined for UTC under any of its names. */
function localTime(timestamp: string, timeZone: string): LocalTime | undefined {
  if (timeZone === 'UTC') return undefined;
  const formatter = formatterOf(timeZone);
  if (formatter.resolvedOptions().timeZone === 'UTC') return undefined;
  const parts = new Map(formatter.formatToParts(new Date(timestamp)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return {
    day: `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`,
    time: `${part('hour')}:${part('minute')}`,
    offset: part('timeZoneName').replace(/^GMT$/, 'GMT+00:00').replace('GMT', '').replace('-', '−'),
  };
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = NAME.test(timeZone) ? attempt(timeZone) : undefined;
  if (made === undefined)
    throw new WitnessmarkError(
      'report-time-zone',
      `expected the IANA name of a time zone such as Europe/Berlin, found ${JSON.stringify(timeZone.slice(0, 64))}`,
    );
  formatters.set(timeZone, made);
  return made;
}

function attempt(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'longOffset',
    });
  } catch {
    return undefined;
  }
}
