import { describe, expect, it } from 'vitest';
import { isTimeZone, shortZoned, zoned } from '../../src/report/times.ts';

const at = (text: string): string => `${text}:09.000Z`;

describe('a moment with the zone of the reader', () => {
  it.each(['UTC', 'Etc/UTC', 'GMT'])('is UTC alone under the name %s', (zone) => {
    expect(zoned(at('2026-01-05T02:00'), zone)).toBe('2026-01-05 02:00 UTC');
    expect(shortZoned(at('2026-01-05T02:00'), zone)).toBe('2026-01-05 02:00');
  });

  it.each([
    ['Europe/Berlin', '2026-01-05T02:00', '03:00 Europe/Berlin', '03:00 +01:00'],
    ['Europe/Berlin', '2026-01-05T23:30', '2026-01-06 00:30 Europe/Berlin', '00:30 +01:00 +1 d'],
    // Summer time begins on 29 March and ends on 25 October, both at 01:00 UTC.
    ['Europe/Berlin', '2026-03-29T00:59', '01:59 Europe/Berlin', '01:59 +01:00'],
    ['Europe/Berlin', '2026-03-29T01:00', '03:00 Europe/Berlin', '03:00 +02:00'],
    ['Europe/Berlin', '2026-10-25T00:30', '02:30 Europe/Berlin', '02:30 +02:00'],
    ['Europe/Berlin', '2026-10-25T01:30', '02:30 Europe/Berlin', '02:30 +01:00'],
    ['Europe/London', '2026-01-05T02:00', '02:00 Europe/London', '02:00 +00:00'],
    ['Asia/Kolkata', '2026-01-05T18:29', '23:59 Asia/Kolkata', '23:59 +05:30'],
    ['Asia/Kolkata', '2026-01-05T18:30', '2026-01-06 00:00 Asia/Kolkata', '00:00 +05:30 +1 d'],
    ['America/St_Johns', '2026-03-01T02:00', '2026-02-28 22:30 America/St_Johns', '22:30 −03:30 −1 d'],
    ['Pacific/Kiritimati', '2026-12-31T10:00', '2027-01-01 00:00 Pacific/Kiritimati', '00:00 +14:00 +1 d'],
  ])('in %s at %s is %s', (zone, utc, long, short) => {
    const day = `${utc.slice(0, 10)} ${utc.slice(11)}`;
    expect(zoned(at(utc), zone)).toBe(`${day} UTC (${long})`);
    expect(shortZoned(at(utc), zone)).toBe(`${day}\n${short}`);
  });

  it('is refused for a zone that is unknown', () => {
    expect(() => zoned(at('2026-01-05T02:00'), 'Mars/Olympus')).toThrow(
      expect.objectContaining({ code: 'report-time-zone', message: expect.stringContaining('Mars/Olympus') }),
    );
    expect(() => shortZoned(at('2026-01-05T02:00'), '+01:00')).toThrow(
      expect.objectContaining({ code: 'report-time-zone' }),
    );
  });
});

describe('names of time zones', () => {
  it('are those of IANA', () => {
    for (const name of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])
      expect(isTimeZone(name), name).toBe(true);
    for (const name of ['', '+01:00', 'Berlin', 'Europe/Berlin ', 'Mars/Olympus', `A${'a'.repeat(10_000)}`])
      expect(isTimeZone(name), name).toBe(false);
  });
});
