import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { localTrailFiles } from '../../../src/adapters/local/trail-files.ts';
import { matchEvents } from '../../../src/collect/cloudtrail/match-events.ts';
import type { TrailFile } from '../../../src/collect/cloudtrail/trail-file.ts';
import { isDigestFile, parseTrailFile } from '../../../src/collect/cloudtrail/trail-file.ts';
import { readTrailRecord } from '../../../src/collect/cloudtrail/trail-record.ts';

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
const text = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const file = (name: string, records: unknown[]): TrailFile => ({ name, bytes: text({ Records: records }) });
async function* filesOf(...files: TrailFile[]) {
  yield* files;
}
const logins = {
  name: 'logins',
  matches: (event: object) => (event as { eventName?: string }).eventName === 'ConsoleLogin',
};

describe('a delivered log file', () => {
  it('is read plain and gzipped, with the hash of the bytes as delivered', () => {
    const plain = file('a.json', [record('1')]);
    const zipped = { name: 'a.json.gz', bytes: gzipSync(plain.bytes) };
    expect(parseTrailFile(plain).records).toEqual(parseTrailFile(zipped).records);
    expect(parseTrailFile(plain).sha256).not.toBe(parseTrailFile(zipped).sha256);
  });

  it('may be a bare array of records, as tools export it', () => {
    expect(parseTrailFile({ name: 'x', bytes: text([record('1')]) }).records).toHaveLength(1);
  });

  it.each([
    ['cut gzip', gzipSync(text({ Records: [] })).subarray(0, 15), /cannot be decompressed/],
    ['no JSON', Buffer.from('{"Records": ['), /is not JSON/],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), /is not JSON/],
    ['JSON without records', text({ logs: [] }), /expected an object with an array "Records"/],
    ['null', text(null), /expected an object with an array "Records"/],
  ])('is refused with the reason when it is %s', (_what, bytes, reason) => {
    expect(() => parseTrailFile({ name: 'bad.json', bytes })).toThrow(reason);
  });

  it('is told from a digest file by its name', () => {
    expect(isDigestFile('AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/x_CloudTrail-Digest_eu-west-1.json.gz')).toBe(
      true,
    );
    expect(isDigestFile('AWSLogs/111122223333/CloudTrail/eu-west-1/x_CloudTrail_eu-west-1.json.gz')).toBe(false);
  });
});

describe('a record', () => {
  it('is placed by account, time and actor, the time in milliseconds', () => {
    expect(readTrailRecord(record('1'))).toMatchObject({
      account: '111122223333',
      eventTime: '2026-10-05T10:00:00.000Z',
      actor: 'arn:aws:iam::111122223333:root',
    });
  });

  it('takes the account of the identity where the recipient is missing', () => {
    const { recipientAccountId: _, ...rest } = record('1', {
      userIdentity: { type: 'IAMUser', accountId: '444455556666' },
    });
    expect(readTrailRecord(rest)?.account).toBe('444455556666');
  });

  it.each(['eventID', 'eventTime', 'eventName', 'eventSource'])('cannot be placed without %s', (key) => {
    expect(readTrailRecord({ ...record('1'), [key]: null })).toBeUndefined();
  });
});

describe('an ingest', () => {
  it('counts an event once when two files deliver it', async () => {
    const reading = await matchEvents(filesOf(file('a', [record('1'), record('2')]), file('b', [record('2')])), [
      logins,
    ]);
    expect(reading).toMatchObject({ records: 3, duplicates: 1 });
    expect(reading.events.size).toBe(2);
    expect(reading.matched.map((it) => [it.event.eventID, it.file, it.index])).toEqual([
      ['1', 'a', 0],
      ['2', 'a', 1],
    ]);
  });

  it('puts a malformed file aside, says why, and goes on', async () => {
    const reading = await matchEvents(
      filesOf({ name: 'bad', bytes: Buffer.from('<html>') }, file('good', [record('1')])),
      [logins],
    );
    expect(reading.files.map((it) => [it.file, it.malformed !== undefined])).toEqual([
      ['bad', true],
      ['good', false],
    ]);
    expect(reading.events.size).toBe(1);
  });

  it('counts the population of every account and day, matched or not', async () => {
    const other = record('2', {
      eventName: 'GetObject',
      recipientAccountId: '444455556666',
      eventTime: '2026-10-06T00:00:00Z',
    });
    const reading = await matchEvents(filesOf(file('a', [record('1'), other])), [logins]);
    expect([...reading.populations]).toEqual([
      ['111122223333\t2026-10-05', 1],
      ['444455556666\t2026-10-06', 1],
    ]);
    expect(reading.matched).toHaveLength(1);
  });

  it('keeps a record that a selector cannot deal with, and says so, rather than call it no match', async () => {
    const broken = {
      name: 'broken',
      matches: () => {
        throw new Error('no such overload');
      },
    };
    const reading = await matchEvents(filesOf(file('a', [record('1')])), [broken]);
    expect(reading.matched).toMatchObject([{ selector: 'broken', problem: 'no such overload' }]);
  });

  it('counts records that are no CloudTrail records as foreign, not as events', async () => {
    const reading = await matchEvents(filesOf({ name: 'f', bytes: text([{ '@timestamp': 'x' }, 7, null]) }), [logins]);
    expect(reading).toMatchObject({ records: 3, foreign: 3 });
    expect(reading.events.size).toBe(0);
  });

  const real = '../shared/data/cloudtrail/invictus-ir-aws_dataset';
  it.skipIf(!existsSync(real))('reads the real records of a public data set with exact counts', async () => {
    const reading = await matchEvents(localTrailFiles([real]), [logins]);
    expect({
      files: reading.files.length,
      records: reading.records,
      events: reading.events.size,
      foreign: reading.foreign,
    }).toEqual({ files: 55, records: 2900, events: 2900, foreign: 0 });
  });
});
