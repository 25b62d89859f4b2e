import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../src/adapters/memory/objects.ts';
import { ingest } from '../../src/app/ingest.ts';
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
    expect(result.problems).toMatchObject([{ file: 'broken.json.gz', problem: expect.stringContaining('JSON') }]);
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
      files: [{ records: 4 }, { records: 3 }, { malformed: expect.any(String) }],
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
      events: 3,
      matched: 2,
    });
    expect(disk.objects).toEqual(before);
  });

  it('adds only what a new file holds beside a known one', async () => {
    const store = storeOf();
    await take(store, [TUESDAY]);
    const { run } = await take(store, [TUESDAY, AGAIN], '2026-10-06T00:00:00.000Z');
    const { evidence, observations } = await answersOf(store);
    expect(evidence.filter((it) => it.evidence.run === run).map((it) => it.evidence.subject)).toEqual(['event:e5']);
    expect(observations.filter((it) => it.run === run).map((it) => it.observation.population)).toEqual([1, 1]);
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
