import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Matcher } from '../../../src/collect/cloudtrail/match-events.ts';
import { arrange, countRecords, siftRecords } from '../../../src/collect/cloudtrail/match-events.ts';
import { placer } from '../../../src/collect/cloudtrail/place.ts';
import { populationOf, seenEvents } from '../../../src/collect/cloudtrail/seen-events.ts';
import type { TrailFile } from '../../../src/collect/cloudtrail/trail-file.ts';
import { parseTrailFile, sha256Of } from '../../../src/collect/cloudtrail/trail-file.ts';
import { trailEvent } from '../../../src/collect/cloudtrail/trail-record.ts';
import type { Json } from '../../../src/model/json.ts';

const record = (eventID: string, more: object = {}) => ({
  eventID,
  eventTime: '2026-10-05T10:00:00Z',
  eventName: 'ConsoleLogin',
  eventSource: 'signin.amazonaws.com',
  awsRegion: 'us-east-1',
  recipientAccountId: '111122223333',
  userIdentity: { type: 'Root', arn: 'arn:aws:iam::111122223333:root' },
  ...more,
});
const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const file = (name: string, records: unknown[]): TrailFile => ({ name, bytes: text({ Records: records }) });
const logins: Matcher = { name: 'logins', matches: (event) => event.eventName === 'ConsoleLogin' };
const recordsOf = (file: TrailFile): readonly Json[] => parseTrailFile(file).records;
const place = (given: unknown) => placer()(given as Json);

/** Reads files one after the other, as an ingest does. */
function readAll(files: readonly TrailFile[], matchers: readonly Matcher[] = [logins]) {
  const sieve = { place: placer(), matchers: arrange(matchers) };
  const counting = { seen: seenEvents(1), tallies: new Map() };
  const readings = files.map((it) => countRecords(siftRecords(it, sha256Of(it.bytes), sieve), counting));
  const populations = [...counting.tallies].map(([{ account, day }, tally]) => [account, day, populationOf(tally)]);
  return { readings, populations };
}

describe('a delivered log file', () => {
  it('is read plain and gzipped, in one member or several, whatever its trailer claims', () => {
    const plain = file('a.json', [record('1')]);
    const half = plain.bytes.length >> 1;
    const members = Buffer.concat([gzipSync(plain.bytes.subarray(0, half)), gzipSync(plain.bytes.subarray(half))]);
    for (const bytes of [gzipSync(plain.bytes), members, Buffer.concat([gzipSync(plain.bytes), Buffer.alloc(512)])])
      expect(recordsOf({ name: 'a', bytes })).toEqual(recordsOf(plain));
  });

  it('may be a bare array of records, and may begin with a byte order mark', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeff'), text([record('1')])]);
    expect(recordsOf({ name: 'x', bytes })).toHaveLength(1);
  });

  const zipped = gzipSync(text({ Records: [record('1')] }));
  const lying = Buffer.from(zipped);
  lying.writeUInt32LE(0xffffffff, lying.length - 4);
  const deep = (levels: number): Buffer =>
    Buffer.from(`{"Records":[${'['.repeat(levels)}${']'.repeat(levels)}],"pad":"${'x'.repeat(5e6)}"}`);
  it.each<[string, Buffer, string]>([
    ['empty', Buffer.alloc(0), 'cloudtrail-empty'],
    ['gzip that was cut', zipped.subarray(0, zipped.length - 9), 'cloudtrail-gzip'],
    ['gzip with a wrong length', lying, 'cloudtrail-gzip'],
    ['gzip with a flipped byte', Buffer.from(zipped).fill(0x5a, 40, 44), 'cloudtrail-gzip'],
    ['gzip before other bytes', Buffer.concat([zipped, Buffer.from([0, 0x41])]), 'cloudtrail-trailing-bytes'],
    ['gzip before text', Buffer.concat([zipped, Buffer.from('junk')]), 'cloudtrail-gzip'],
    ['a gzip bomb', gzipSync(Buffer.alloc(300 * 1024 * 1024)), 'cloudtrail-too-large'],
    ['no gzip and no JSON', Buffer.from('<html>'), 'cloudtrail-not-json'],
    ['JSON that was cut', Buffer.from('{"Records": ['), 'cloudtrail-not-json'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'cloudtrail-not-utf8'],
    ['JSON without records', text({ logs: [] }), 'cloudtrail-no-records'],
    ['records in a prototype', Buffer.from('{"__proto__":{"Records":[]}}'), 'cloudtrail-no-records'],
    ['null', text(null), 'cloudtrail-no-records'],
    ['a digest file', text({ digestStartTime: '2026-10-05T10:00:00Z', logFiles: [] }), 'cloudtrail-digest'],
    ['nested deep and large', deep(2000), 'cloudtrail-too-deep'],
    ['one long row of values', Buffer.from(`{"Records":[${'0,'.repeat(13e6)}0]}`), 'cloudtrail-too-many-values'],
  ])('is put aside with a code when it is %s', (_what, bytes, code) => {
    expect(() => recordsOf({ name: 'bad.json', bytes })).toThrow(expect.objectContaining({ code }));
    const [reading] = readAll([{ name: 'bad.json', bytes }]).readings;
    expect(reading?.file).toMatchObject({
      file: 'bad.json',
      records: 0,
      malformed: expect.stringContaining(`${code}: bad.json`),
    });
  });

  it('is put aside unread when it is too large, with its size', () => {
    const [reading] = readAll([{ name: 'big', bytes: Buffer.alloc(0), tooLarge: 3e9 }]).readings;
    expect(reading?.file).toMatchObject({ bytes: 3e9, malformed: expect.stringContaining('cloudtrail-too-large') });
  });

  const many = (more: object = {}) => Array.from({ length: 20_000 }, (_, n) => record(`${n}`, { n, ...more }));
  const spread = JSON.stringify(many()).replaceAll(',{', `,${' '.repeat(20)}{`);
  it.each<[string, string]>([
    ['as delivered', JSON.stringify({ Records: many() })],
    ['with letters beyond ASCII', JSON.stringify({ Records: many({ note: 'wörker 🔑' }) })],
    ['after a byte order mark', `\ufeff${JSON.stringify(many({ note: 'ö' }))}`],
    ['as a bare array, indented', JSON.stringify(many(), undefined, 2)],
    ['with white space around all', ` {\n"Records" :\t[ ${JSON.stringify(many()).slice(1, -1)} ]\r\n} `],
    ['with much white space between records', spread],
    ['with a piece of nothing but white space', spread.replace(/,\s+\{/, `,${' '.repeat(1_500_000)}{`)],
    ['with records like the first inside of others', JSON.stringify(many({ Records: [record('x'), record('y')] }))],
    ['with other records between', JSON.stringify(many().flatMap((it) => [it, 7, { other: [] }]))],
    ['with texts that look like records', JSON.stringify(many({ note: '},{"eventID":"x"},{"eventID":[' }))],
    ['with a second list, which counts', `{"Records":[1],"Records":${JSON.stringify(many())}}`],
    [
      'with two lists cut alike',
      `{"Records":${JSON.stringify(many())},"Records":${JSON.stringify(many({ last: 1 }))}}`,
    ],
  ])('that is long is read to the same records as a parser of the whole: %s', (_what, long) => {
    expect(long.length).toBeGreaterThan(4 * 1024 * 1024);
    const parsed = JSON.parse(long.replace('\ufeff', ''));
    const expected = JSON.stringify(parsed.Records ?? parsed);
    for (const bytes of [gzipSync(long, { level: 1 }), Buffer.from(long)])
      expect(JSON.stringify(recordsOf({ name: 'a', bytes })) === expected).toBe(true);
  });

  it.each<[string, (long: string) => string]>([
    ['a record that was cut', (long) => long.replace('"n":19000', '"n":')],
    ['a missing comma', (long) => `${long.slice(0, 4e6)}${long.slice(4e6).replace('},{', '}{')}`],
    ['two commas', (long) => `${long.slice(0, 3e6)}${long.slice(3e6).replace('},{', '},,{')}`],
    ['a comma at the end', (long) => long.replace(']}', ',]}')],
    [
      'brackets that close too much',
      (long) => `${long.slice(0, 3e6)}${long.slice(3e6).replace('},{', '}]},{"Records":[{')}`,
    ],
  ])('that is long and broken is put aside whole, and nothing of it is counted: %s', (_what, broken) => {
    const bytes = Buffer.from(broken(JSON.stringify({ Records: many() })));
    expect(() => JSON.parse(bytes.toString())).toThrow();
    const { readings, populations } = readAll([{ name: 'a', bytes }]);
    expect(readings[0]).toMatchObject({
      events: 0,
      matched: [],
      file: { records: 0, malformed: expect.stringContaining('cloudtrail-not-json') },
    });
    expect(populations).toEqual([]);
  });

  it('that is long stays nowhere but in what is kept of its records', () => {
    const bytes = gzipSync(JSON.stringify({ Records: many() }));
    const kept = parseTrailFile({ name: 'a', bytes }, (it) => (it as { n: number }).n);
    expect(kept.records).toEqual(many().map((it) => (it as unknown as { n: number }).n));
    expect(kept.inflatedBytes).toBe(gunzipSync(bytes).length);
  });

  it('that is long leaves the bytes that it was given as they are', () => {
    const bytes = Buffer.from(JSON.stringify({ Records: many() }));
    const before = sha256Of(bytes);
    expect(recordsOf({ name: 'a', bytes })).toHaveLength(20_000);
    expect(sha256Of(bytes)).toBe(before);
  });

  it('is put aside when it holds too many records, before all of them are read', () => {
    const bytes = Buffer.from(`{"Records":[${'{"a":1},'.repeat(2_100_000)}{"a":1}]}`);
    expect(() => recordsOf({ name: 'a', bytes })).toThrow(
      expect.objectContaining({ code: 'cloudtrail-too-many-records' }),
    );
  });

  it('is read however brackets stand in its texts', () => {
    const records = [record('1', { note: '[{"\\'.repeat(1_000_000) })];
    expect(recordsOf(file('a', records))).toEqual(records);
  });
});

describe('a record', () => {
  it('is placed by account and day; equal places are the same object', () => {
    const placeOf = placer();
    const first = placeOf(record('1'));
    expect(first).toEqual({ account: '111122223333', day: '2026-10-05' });
    expect(placeOf(record('2', { recipientAccountId: '444455556666' }))).not.toBe(first);
    expect(placeOf(record('3'))).toBe(first);
  });

  it('takes the account of the identity where the recipient is missing', () => {
    const { recipientAccountId: _, ...rest } = record('1', { userIdentity: { accountId: '444455556666' } });
    expect(place(rest)).toMatchObject({ account: '444455556666' });
  });

  it.each<[string, unknown]>([
    ['not-an-object', 7],
    ['not-an-object', null],
    ['not-an-object', [record('1')]],
    ['event-id', record('')],
    ['event-id', record('1', { eventID: undefined })],
    ['event-id', record('a\u0000b')],
    ['event-id', record('\ud800')],
    ['event-id', record('x'.repeat(129))],
    ['event-time', record('1', { eventTime: 1_790_000_000 })],
    ['event-time', record('1', { eventTime: '2026-10-05T10:00:00+02:00' })],
    ['event-time', record('1', { eventTime: '2026-02-30T10:00:00Z' })],
    ['event-time', record('1', { eventTime: '2026-10-05T24:00:00Z' })],
    ['event-time', record('1', { eventTime: '2026-10-05 10:00:00' })],
    ['event-name', record('1', { eventName: null })],
    ['event-source', record('1', { eventSource: 'x'.repeat(257) })],
    ['account', record('1', { recipientAccountId: 'ANONYMOUS' })],
    [
      'account',
      JSON.parse(
        '{"eventID":"1","eventTime":"2026-10-05T10:00:00Z","eventName":"a","eventSource":"b","__proto__":{"recipientAccountId":"111122223333"}}',
      ),
    ],
    [
      'insight-event',
      {
        eventID: '1',
        eventTime: '2026-10-05T10:00:00Z',
        recipientAccountId: '111122223333',
        eventCategory: 'Insight',
        insightDetails: {},
      },
    ],
  ])('is put aside with the reason %s', (reason, given) => {
    expect(place(given)).toBe(reason);
  });

  it('is told so that a person can read it, whatever stands in it', () => {
    const odd = record('1', {
      eventTime: '2026-10-05T10:00:00.5Z',
      eventName: 'a\u0000\u202eb',
      awsRegion: 3,
      userIdentity: { arn: 5, principalId: 'p\ud800' },
    });
    expect(trailEvent(odd as never, { account: '1', day: '2026-10-05' })).toMatchObject({
      eventTime: '2026-10-05T10:00:00.500Z',
      eventName: 'a\ufffd\ufffdb',
      region: 'unknown',
      actor: 'p\ufffd',
    });
  });
});

describe('reading files', () => {
  it('counts an event once, in disorder, across files and under another name', () => {
    const uuid = 'c1a1f0b8-3c1d-4a5e-8f00-0123456789ab';
    const late = record('3', { eventTime: '2026-10-04T00:00:00Z' });
    const [a, b] = [
      file('a', [record(uuid), record('2'), late, record('2')]),
      file('b', [late, record(uuid), record(uuid.toUpperCase())]),
    ];
    const { readings, populations } = readAll([a, b, { ...a, name: 'copy' }]);
    expect(readings.map((it) => [it.events, it.duplicates])).toEqual([
      [3, 1],
      [1, 2],
      [0, 4],
    ]);
    expect(populations).toEqual([
      ['111122223333', '2026-10-05', 3],
      ['111122223333', '2026-10-04', 1],
    ]);
    expect(readings.flatMap((it) => it.matched.map((one) => [one.file, one.index]))).toEqual([
      ['a', 0],
      ['a', 1],
      ['a', 2],
      ['b', 2],
    ]);
  });

  it('counts thousands of ids without taking one for another', () => {
    const id = (n: number) => `00000000-0000-0000-0000-${n.toString(16).padStart(12, '0')}`;
    const ids = Array.from({ length: 5000 }, (_, n) => id(n));
    const records = [...ids, ...ids.map((it) => it.replace(/-/g, '')), ...ids].map((it) => record(it));
    expect(readAll([file('a', records)], []).readings).toMatchObject([{ events: 10_000, duplicates: 5000 }]);
  });

  it('says of a file how many records were put aside for which reason, and takes the rest', () => {
    const { readings } = readAll([file('a', [record('1'), 7, null, record('')])]);
    expect(readings[0]).toMatchObject({
      events: 1,
      file: { records: 4, malformed: 'records put aside: event-id=1, not-an-object=2' },
    });
  });

  it('keeps a record that a selector cannot deal with, and says so, rather than call it no match', () => {
    const broken: Matcher = {
      name: 'broken',
      matches: () => {
        throw new Error('no such overload');
      },
    };
    expect(readAll([file('a', [record('1')])], [broken]).readings[0]?.matched).toMatchObject([
      { selector: 'broken', problem: 'no such overload' },
    ]);
  });

  it('takes the last of two keys that are the same, as every JSON reader in use does', () => {
    const bytes = Buffer.from(JSON.stringify([record('1')]).replace('"eventName"', '"eventName":"Other","eventName"'));
    expect(readAll([{ name: 'a', bytes }]).readings[0]?.matched).toHaveLength(1);
  });
});
