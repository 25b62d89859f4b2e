import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/adapters/memory/objects.ts';
import { ingest } from '../../src/app/ingest.ts';
import { replay } from '../../src/app/replay.ts';
import type { Store } from '../../src/app/store.ts';
import type { TrailFile } from '../../src/collect/cloudtrail/trail-file.ts';
import { ACCOUNT, CATALOGUE } from './demo.ts';
import { answersOf, auditOf, emptyDisk, storeOf } from './store-of.ts';

const SECRET = 'correct horse battery staple';
const login = (eventID: string, day: number, more: object = {}) => ({
  eventVersion: '1.08',
  eventID,
  eventTime: `2026-10-0${day}T08:00:00Z`,
  eventName: 'ConsoleLogin',
  eventSource: 'signin.amazonaws.com',
  awsRegion: 'us-east-1',
  recipientAccountId: ACCOUNT,
  userIdentity: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
  requestParameters: { password: SECRET, note: 'AKIAIOSFODNN7EXAMPLE' },
  ...more,
});
const read = (eventID: string, day: number) => ({
  ...login(eventID, day),
  eventName: 'GetObject',
  eventSource: 's3.amazonaws.com',
});
const file = (name: string, records: unknown): TrailFile => ({
  name,
  bytes: gzipSync(JSON.stringify({ Records: records })),
});

const TUESDAY = file('tuesday.json.gz', [login('e1', 1), read('e2', 1), login('e3', 2), 'no record']);
const AGAIN = file('again.json.gz', [
  login('e1', 1),
  read('e4', 2),
  login('e5', 2, { recipientAccountId: '444455556666' }),
]);
const BROKEN: TrailFile = { name: 'broken.json.gz', bytes: Buffer.from('{"Records": [') };

async function* each(files: TrailFile[]): AsyncGenerator<TrailFile> {
  yield* files;
}
const take = (store: Store, files: TrailFile[], at = '2026-10-05T00:00:00.000Z') =>
  ingest(store, { files: each(files), catalogue: CATALOGUE, at });

describe('an ingest of CloudTrail files', () => {
  it('counts what it saw and makes evidence of what a selector matched', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    const result = await take(store, [TUESDAY, AGAIN, BROKEN]);
    expect(result).toMatchObject({
      files: 3,
      malformed: 1,
      records: 7,
      events: 5,
      duplicates: 1,
      foreign: 1,
      matched: 3,
    });
    expect(result.problems.slice(1)).toMatchObject([
      { file: 'broken.json.gz', problem: expect.stringContaining('JSON') },
    ]);
    const { evidence, bodies } = await answersOf(store);
    expect(evidence.map((it) => [it.evidence.subject, it.evidence.outcome, it.evidence.account])).toEqual([
      ['event:e1', 'non_compliant', ACCOUNT],
      ['event:e3', 'non_compliant', ACCOUNT],
      ['event:e5', 'non_compliant', '444455556666'],
    ]);
    expect(evidence[0]?.evidence.event).toMatchObject({
      file: 'tuesday.json.gz',
      record: 0,
      eventTime: '2026-10-01T08:00:00.000Z',
    });
    expect(bodies[1]?.[0]?.body).toMatchObject({
      mode: 'ingest',
      files: [
        { records: 4, malformed: 'records put aside: not-an-object=1' },
        { records: 3 },
        { malformed: expect.any(String) },
      ],
    });
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('observes for each account and day how many events were looked at', async () => {
    const store = storeOf();
    await take(store, [TUESDAY, AGAIN]);
    const { observations } = await answersOf(store);
    expect(
      observations.map(({ account, region, observation: { day, population, counts } }) => [
        account,
        region,
        day,
        population,
        counts.non_compliant,
        counts.compliant,
      ]),
    ).toEqual([
      [ACCOUNT, 'global', '2026-10-01', 2, 1, 1],
      [ACCOUNT, 'global', '2026-10-02', 2, 1, 1],
      ['444455556666', 'global', '2026-10-02', 1, 1, 0],
    ]);
  });

  it('takes secrets out of the records before they are stored', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    await take(store, [TUESDAY]);
    const [row] = (await answersOf(store)).evidence;
    expect(row?.evidence.record).toMatchObject({
      eventID: 'e1',
      requestParameters: {
        password: { redacted: 'secret-key' },
        note: expect.stringContaining('redacted:access-key-id'),
      },
    });
    expect(JSON.stringify(await answersOf(store))).not.toMatch(/battery|IOSFODNN7/);
  });

  it('adds nothing the second time, by whatever name a file comes', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    await take(store, [TUESDAY, BROKEN]);
    const before = new Map(disk.objects);
    const renamed = { ...TUESDAY, name: 'other-name.json.gz' };
    const later = storeOf(disk, { now: '2026-12-01T00:00:00.000Z' });
    expect(await take(later, [renamed, BROKEN], '2026-10-06T00:00:00.000Z')).toMatchObject({
      entries: 0,
      runs: [],
      files: 2,
      known: 2,
      events: 0,
    });
    expect(disk.objects).toEqual(before);
  });

  it('counts only what is new in a late file, whether or not the earlier files come along', async () => {
    for (const files of [[AGAIN], [TUESDAY, AGAIN], [AGAIN, TUESDAY]]) {
      const store = storeOf();
      await take(store, [TUESDAY]);
      const { runs } = await take(store, files, '2026-10-06T00:00:00.000Z');
      const { evidence, observations } = await answersOf(store);
      expect(evidence.filter((it) => it.evidence.run === runs[0]).map((it) => it.evidence.subject)).toEqual([
        'event:e5',
      ]);
      expect(observations.filter((it) => it.run === runs[0]).map((it) => it.observation.population)).toEqual([1, 1]);
    }
  });

  it('refuses a memory of counted events that was altered, and says when one is gone', async () => {
    const disk = emptyDisk();
    await take(storeOf(disk), [TUESDAY]);
    const key = [...disk.objects.keys()].find((it) => it.startsWith('events/')) ?? '';
    const bytes = disk.objects.get(key) ?? new Uint8Array();
    disk.objects.set(key, Buffer.concat([bytes, bytes]));
    await expect(take(storeOf(disk), [AGAIN])).rejects.toThrow(/altered/);
    disk.objects.delete(key);
    expect(await take(storeOf(disk), [AGAIN])).toMatchObject({ forgotten: 1, events: 3 });
  });

  it('points from each piece of evidence to the record in the file', async () => {
    const store = storeOf();
    const files = [TUESDAY, AGAIN];
    await take(store, files);
    const { evidence } = await answersOf(store);
    expect(evidence).toHaveLength(3);
    for (const { event } of evidence.map((it) => it.evidence)) {
      const found = files.find((it) => it.name === event?.file);
      expect(
        createHash('sha256')
          .update(found?.bytes ?? '')
          .digest('hex'),
      ).toBe(event?.fileSha256);
      const { Records } = JSON.parse(gunzipSync(found?.bytes ?? '').toString('utf8'));
      expect(Records[event?.record ?? -1]).toMatchObject({ eventID: event?.eventID, eventName: event?.eventName });
    }
  });

  const deep = JSON.parse(`${'['.repeat(900)}${']'.repeat(900)}`);
  it.each<[string, object, RegExp | undefined]>([
    ['deep nesting', { requestParameters: deep }, /not kept here: it is nested deeper/],
    ['half a surrogate pair', { requestParameters: { a: '\ud800' } }, /not kept here: a text holds half/],
    ['half a surrogate pair in a key', { requestParameters: { '\udc00': 1 } }, /not kept here: a key holds half/],
    ['a huge text', { requestParameters: 'x'.repeat(300_000) }, /not kept here: it is longer/],
    ['an actor that cannot be written', { userIdentity: { type: 'Root', arn: 'a\u0000\ud800' } }, /half/],
    ['NUL', { requestParameters: { a: 'a\u0000b' } }, undefined],
    [
      'prototype-polluting keys',
      { requestParameters: JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}') },
      undefined,
    ],
  ])('keeps the evidence of a record with %s', async (_what, more, reason) => {
    const disk = emptyDisk();
    await take(storeOf(disk), [file('odd.json.gz', [login('e1', 1, more)])]);
    const replayed = storeOf(disk);
    await replay(replayed);
    const [row] = (await answersOf(replayed)).evidence;
    expect(row?.evidence.event).toMatchObject({ eventID: 'e1', record: 0 });
    expect(row?.evidence.record === undefined).toBe(reason !== undefined);
    expect(row?.evidence.reason).toMatch(reason ?? /^(?!.*not kept)/);
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('keeps the evidence of a record with a number beyond what JSON holds', async () => {
    const bytes = Buffer.from(
      JSON.stringify([login('e1', 1, { requestParameters: { n: 12345 } })]).replace('12345', '1e999'),
    );
    const store = storeOf();
    await take(store, [{ name: 'n.json', bytes }]);
    expect((await answersOf(store)).evidence[0]?.evidence.reason).toMatch(/not kept here: a number/);
  });

  it('counts by reason what was put aside, in the result and in the record of the run', async () => {
    const store = storeOf();
    const digest = { name: 'd.json', bytes: Buffer.from('{"digestStartTime":"2026-10-05T10:00:00Z"}') };
    const empty = { name: 'empty.json.gz', bytes: Buffer.alloc(0) };
    const odd = file('odd.json.gz', [login('', 1), login('e1', 1), { ...login('e2', 1), eventTime: 'noon' }, 7]);
    const result = await take(store, [BROKEN, digest, empty, odd]);
    expect(result).toMatchObject({
      files: 4,
      malformed: 2,
      digests: 1,
      foreign: 3,
      aside: {
        files: { 'cloudtrail-not-json': 1, 'cloudtrail-digest': 1, 'cloudtrail-empty': 1 },
        records: { 'event-id': 1, 'event-time': 1, 'not-an-object': 1 },
      },
    });
    for await (const { body } of store.index.bodies('run'))
      expect(body.files.map((it) => it.malformed?.replace(/^(cloudtrail-[a-z0-9-]+).*/, '$1'))).toEqual([
        'cloudtrail-not-json',
        'cloudtrail-digest',
        'cloudtrail-empty',
        'records put aside: event-id=1, event-time=1, not-an-object=1',
      ]);
  });

  it('of many events goes run by run, and each run has the events that it counted', async () => {
    const store = storeOf();
    const files = Array.from({ length: 5 }, (_, n) =>
      file(
        `${n}.json.gz`,
        Array.from({ length: 900 }, (_, at) => login(`e${n}-${at}`, 1 + (at % 3))),
      ),
    );
    const { runs, matched } = await take(store, files);
    expect([runs.length, matched]).toEqual([2, 4500]);
    const { observations } = await answersOf(store);
    expect(observations.map((it) => [it.run === runs[0], it.observation.population])).toEqual([
      [true, 900],
      [true, 900],
      [true, 900],
      [false, 600],
      [false, 600],
      [false, 600],
    ]);
    expect(observations.every((it) => it.observation.counts.non_compliant === it.observation.population)).toBe(true);
  });

  it('of one file with more matches than a batch holds goes on where it was interrupted', {
    timeout: 60_000,
  }, async () => {
    const big = file(
      'big.json.gz',
      Array.from({ length: 4200 }, (_, at) => login(`e${at}`, 1)),
    );
    let [objects, disk] = [0, emptyDisk()];
    await take(
      storeOf(disk, {
        fault: () => {
          objects += 1;
          return 'ok';
        },
      }),
      [big],
    );
    for (const share of [0.8]) {
      disk = emptyDisk();
      await expect(take(storeOf(disk, { fault: faultAt(Math.floor(objects * share)) }), [big])).rejects.toThrow(
        'injected',
      );
      const store = storeOf(disk);
      const { runs } = await take(store, [big], '2026-10-06T00:00:00.000Z');
      const { evidence, observations } = await answersOf(store);
      expect(observations.map((it) => it.observation.population)).toEqual([4200]);
      expect(new Set(evidence.map((it) => it.evidence.subject)).size).toBe(4200);
      expect(evidence.filter((it) => it.evidence.run === (runs[0] ?? observations[0]?.run))).toHaveLength(4200);
    }
  });

  it('that crashes is made good by a later one, which adds everything once', async () => {
    const clean = emptyDisk();
    let steps = 0;
    const counting = storeOf(clean, {
      fault: () => {
        steps += 1;
        return 'ok';
      },
    });
    await take(counting, [TUESDAY, AGAIN]);
    for (let at = 0; at < steps; at += 1) {
      const disk = emptyDisk();
      await expect(take(storeOf(disk, { fault: faultAt(at) }), [TUESDAY, AGAIN])).rejects.toThrow('injected');
      const store = storeOf(disk);
      await take(store, [TUESDAY, AGAIN], '2026-10-06T00:00:00.000Z');
      const { evidence, observations } = await answersOf(store);
      expect(evidence.map((it) => it.evidence.subject)).toEqual(['event:e1', 'event:e3', 'event:e5']);
      expect(observations).toHaveLength(3);
      expect((await auditOf(disk)).ok).toBe(true);
    }
  });
});

/** The process is gone after the step with this number, whose answer it never got. */
function faultAt(at: number): FaultHook {
  let step = -1;
  return () => {
    step += 1;
    return step < at ? 'ok' : step === at ? 'fail-after' : 'fail';
  };
}
