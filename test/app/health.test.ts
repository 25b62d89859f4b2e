import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { accessLog } from '../../src/app/access-log.ts';
import { collect } from '../../src/app/collect.ts';
import { keepHealth, newestHealth, overall } from '../../src/app/health/measure.ts';
import { createLines, readLines } from '../../src/app/objects.ts';
import { runBody } from '../../src/app/run-bodies.ts';
import { seal } from '../../src/app/seal.ts';
import { selfAudit } from '../../src/app/self-audit.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import type { Observations } from '../../src/model/evidence.ts';
import { Health, SLIS } from '../../src/model/health.ts';
import type { IngestedFile } from '../../src/model/run.ts';
import type { Inventory } from '../../src/ports/inventory.ts';
import { VKEY } from '../ledger/helpers.ts';
import { request, TASK } from './demo.ts';
import { at, goodDisk, health, interrupted, inventoryOf, NOW, retentionOf, sli, timerOf } from './health-world.ts';
import { copyOf, type Disk, emptyDisk, storeOf as openStore } from './store-of.ts';

const good = await goodDisk();
const disk = (): Disk => copyOf(good);

describe('the health of a good store', () => {
  it('is met wherever it can be computed, in the order of the list, and keeps its form', async () => {
    const result = await health(disk());
    expect(Health.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result.slis.map((it) => it.id)).toEqual(SLIS.map((it) => it.id));
    const states = Object.fromEntries(result.slis.map((it) => [it.id, it.state]));
    const met = Object.fromEntries(SLIS.slice(1).map((it) => [it.id, 'met']));
    expect(states).toEqual({ M1: 'unknown', ...met });
    expect(overall(result)).toBe('unknown');
  });

  it('never calls anything good of a store that holds nothing', async () => {
    const { slis } = await health(emptyDisk(), { inventory: inventoryOf({ objects: new Map(), notary: new Map() }) });
    const states = Object.fromEntries(slis.map((it) => [it.id, it.state]));
    // No request was refused, which is known.
    expect(states).toEqual({ ...Object.fromEntries(SLIS.map((it) => [it.id, 'unknown'])), M5: 'met' });
  });

  it('is unknown throughout, with the reason, where the ledger cannot be read', async () => {
    const broken = disk();
    broken.objects.set('checkpoint', Buffer.from('nothing'));
    const { slis, entries } = await health(broken);
    const listed = ['M6', 'M8'];
    for (const it of slis.filter(({ id }) => !listed.includes(id))) {
      expect([it.id, it.state, it.value]).toEqual([it.id, 'unknown', null]);
      expect(it.says).toContain('ledger-checkpoint-invalid');
    }
    expect(entries).toBe(0);
  });

  it('measures the rest where objects cannot be listed', async () => {
    const failing: Inventory = { list: () => new ReadableStream({ start: (it) => it.error(new Error('denied')) }) };
    const { slis } = await health(disk(), { inventory: failing });
    expect(slis.filter((it) => it.state === 'unknown').map((it) => it.id)).toEqual(['M1', 'M6', 'M8']);
  });
});

describe('M1, ingest latency', () => {
  const store = () => openStore(disk(), { now: NOW });
  const alertsOf = (eventAts: readonly string[]) => {
    const opened = store();
    const { bodies } = opened.index;
    const index = {
      ...opened.index,
      bodies: async function* (kind: never, filter = {}) {
        if (kind !== 'alert') yield* bodies(kind, filter);
        else
          for (const [at, eventAt] of eventAts.entries())
            yield { index: at, hash: '', body: { event: { eventTime: eventAt } } };
      } as unknown as typeof opened.index.bodies,
    };
    return { ...opened, index };
  };
  const times = { 'batch/0000000000000000': '2026-10-02T02:00:05.000Z' };

  it('is the time from an event to the batch that its entry is in', async () => {
    const inventory = inventoryOf(disk(), times);
    const events = ['2026-10-02T02:00:03.000Z', '2026-10-02T02:00:01.500Z'];
    const result = await sli('M1', disk(), { store: alertsOf(events), inventory });
    expect(result).toMatchObject({ state: 'met', value: 3.5, details: { p50: 2, p95: 3.5, max: 3.5, events: 2 } });
    const late = alertsOf([...events, '2026-10-02T01:59:00.000Z']);
    expect(await sli('M1', disk(), { store: late, inventory })).toMatchObject({ state: 'missed', value: 65 });
  });

  it('does not apply where nothing is watched, and is unknown where nothing came', async () => {
    expect((await sli('M1', disk(), { watches: false })).state).toBe('not_applicable');
    expect((await sli('M1', disk())).state).toBe('unknown');
    const odd = alertsOf(['yesterday']);
    expect(await sli('M1', disk(), { store: odd })).toMatchObject({ state: 'unknown', value: null });
  });
});

describe('M2, capture rate', () => {
  it('counts a run that never ended as lost, once it is not under way any more', async () => {
    const old = disk();
    await interrupted(old, '2026-10-02T05:00:00.000Z');
    const lost = await sli('M2', old);
    expect(lost).toMatchObject({ state: 'missed', value: 40, details: { expected: 5, collected: 2, unended: 1 } });
    expect(JSON.stringify(lost.details.lost)).toContain('eu-west-1/third: the run never ended');
    const young = disk();
    await interrupted(young, '2026-10-03T01:30:00.000Z');
    expect(await sli('M2', young)).toMatchObject({ state: 'met', details: { expected: 2, underWay: 1 } });
  });

  it('counts a task that was not read whole', async () => {
    const denied = disk();
    await collect(at(denied), request(3, { boxes: { a: { locked: 'denied' } } }));
    expect(await sli('M2', denied)).toMatchObject({ state: 'missed', details: { expected: 3, collected: 2 } });
  });

  it('does not believe a run whose task left no observations', async () => {
    const lying = disk();
    const store = at(lying);
    const when = '2026-10-02T06:00:00.000Z';
    await interrupted(lying, when);
    const run = store.identity.id('run', when);
    await seal(store, [[runBody(store, { run, at: when, mode: 'collect', expected: 3, collected: 3 })]]);
    const result = await sli('M2', lying);
    expect(result).toMatchObject({ state: 'missed', details: { expected: 5, collected: 2, unended: 0 } });
    expect(JSON.stringify(result.details.lost)).toContain('no observations');
  });

  it('is unknown where nothing was planned in the window', async () => {
    const later = at(disk(), '2026-12-01T00:00:00.000Z');
    expect(await sli('M2', disk(), { store: later })).toMatchObject({ state: 'unknown', value: null });
  });
});

describe('M3, schema validation', () => {
  const withRun = async (files: readonly IngestedFile[], failures: number, calls: number): Promise<Disk> => {
    const changed = disk();
    const store = at(changed);
    const run = store.identity.id('run', 'm3');
    const failure = { operation: 'demo:GetBox', kind: 'unparsable', name: 'X', status: null, requestId: null } as const;
    const failed = [
      { ...TASK, failures: Array.from({ length: failures }, (_, it) => ({ ...failure, message: `${it}` })) },
    ];
    await seal(store, [[runBody(store, { run, at: NOW, mode: 'ingest', calls, files: [...files], failed })]]);
    return changed;
  };
  const file = { file: 'f', sha256: '0'.repeat(64), bytes: 1 };

  it('counts malformed answers, files and records', async () => {
    const files = [
      { ...file, records: 100, malformed: 'records put aside: account=1, event-id=2' },
      { ...file, records: 0, malformed: 'cloudtrail-not-json: f: is not JSON' },
      { ...file, records: 0, malformed: 'cloudtrail-digest: f: is a digest file' },
    ];
    const result = await sli('M3', await withRun(files, 2, 50));
    expect(result).toMatchObject({ state: 'missed', details: { refusedAnswers: 2, records: 101, refusedRecords: 4 } });
    const few = await sli(
      'M3',
      await withRun([{ ...file, records: 10_000, malformed: 'records put aside: account=1' }], 0, 0),
    );
    expect(few.state).toBe('met');
    expect(few.value).toBeLessThan(100);
  });
});

describe('M4, index queries', () => {
  it('measures queries that were made', async () => {
    expect(await sli('M4', disk(), { timer: timerOf(999) })).toMatchObject({ state: 'met', value: 999 });
    expect(await sli('M4', disk(), { timer: timerOf(1000) })).toMatchObject({ state: 'missed', value: 1000 });
    expect((await sli('M4', emptyDisk())).state).toBe('unknown');
  });
});

describe('M5, access denials', () => {
  it('counts refusals by day and code, with those that were only counted', async () => {
    const refused = disk();
    const store = at(refused, '2026-10-03T01:00:00.000Z');
    const log = accessLog(store);
    const access = { by: null, role: null, operation: 'getEvidence', assessment: null, asked: {} } as const;
    await log.record({ ...access, requestId: '1', outcome: 'refused', code: 'api-not-signed-in', omitted: 100 });
    await log.record({ ...access, requestId: '2', outcome: 'granted' });
    await log.publish();
    expect(await sli('M5', refused)).toMatchObject({
      ...{ state: 'missed', value: 101 },
      details: { byCode: { 'api-not-signed-in': 101 }, byDay: { '2026-10-03': 101 }, accesses: 102 },
    });
  });
});

describe('M6, retention', () => {
  const key = [...good.objects.keys()].find((it) => it.startsWith('evidence/')) ?? '';
  const until = (days: number) => new Date(Date.parse('2026-10-02T02:00:05.000Z') + days * 86_400_000).toISOString();

  it.each([
    ['no retention', { retention: undefined, legalHold: false }, 'missed'],
    ['a shorter one', { retention: { mode: 'COMPLIANCE', until: until(364) }, legalHold: false }, 'missed'],
    ['a weaker one', { retention: { mode: 'GOVERNANCE', until: until(365) }, legalHold: false }, 'missed'],
    ['one that is gone', undefined, 'missed'],
    ['a legal hold', { retention: undefined, legalHold: true }, 'met'],
    ['a longer one', { retention: { mode: 'COMPLIANCE', until: until(900) }, legalHold: false }, 'met'],
  ] as const)('notices an object with %s', async (_, kept, state) => {
    const result = await sli('M6', disk(), { retention: retentionOf({ [key]: kept }) });
    expect(result.state).toBe(state);
    if (state === 'missed') expect(JSON.stringify(result.details.first)).toContain(key);
  });

  it('is missed where nothing says how long, and does not apply to a folder', async () => {
    const none = { ...retentionOf(), rule: async () => undefined };
    expect(await sli('M6', disk(), { retention: none })).toMatchObject({ state: 'missed', value: 0 });
    const { retention: _, ...rest } = { retention: retentionOf(), store: at(disk()) };
    const { slis } = await health(disk(), { ...rest, retention: undefined as never });
    expect(slis.find((it) => it.id === 'M6')?.state).toBe('not_applicable');
  });

  it('is unknown where it may not look', async () => {
    const denied = { ...retentionOf(), of: async () => Promise.reject(new Error('denied')) };
    expect(await sli('M6', disk(), { retention: denied })).toMatchObject({ state: 'unknown', value: null });
  });

  it('asks for the same objects on one day, and for the newest', async () => {
    const asked: string[][] = [];
    const many = disk();
    for (let it = 0; it < 500; it += 1)
      many.objects.set(`evidence/${String(it).padStart(64, '0')}.jsonl.gz`, Buffer.from('x'));
    const newest = `evidence/${'f'.repeat(64)}.jsonl.gz`;
    many.objects.set(newest, Buffer.from('x'));
    for (let time = 0; time < 2; time += 1) {
      const keys: string[] = [];
      const watching = {
        ...retentionOf(),
        of: async (it: string) => {
          keys.push(it);
          return retentionOf().of(it);
        },
      };
      await sli('M6', many, { retention: watching, inventory: inventoryOf(many, { [newest]: NOW }) });
      asked.push(keys.sort());
    }
    expect(asked[0]).toEqual(asked[1]);
    expect(asked[0]).toContain(newest);
    expect(asked[0]?.length).toBeLessThanOrEqual(96);
    expect(asked[0]?.length).toBeGreaterThan(64);
  });
});

describe('M7, integrity checks', () => {
  it('is the share of audits that passed', async () => {
    const damaged = disk();
    damaged.objects.delete([...damaged.objects.keys()].find((it) => it.startsWith('tile/0/')) ?? '');
    const store = at(damaged, '2026-10-02T05:00:00.000Z');
    await selfAudit(store, { audited: { objects: store.objects, verifierKeys: [VKEY] }, covers: 'whole' });
    const result = await sli('M7', damaged);
    expect(result).toMatchObject({ state: 'missed', value: 50, details: { audits: 2, passed: 1, lastPassed: false } });
    expect(JSON.stringify(result.details.found)).toContain('ledger-tile-missing tile/0/');
  });

  it('is unknown where none was sealed', async () => {
    const never = emptyDisk();
    await collect(at(never), request(1, { boxes: {} }));
    expect(await sli('M7', never)).toMatchObject({ state: 'unknown', value: null });
  });
});

describe('M8, storage growth', () => {
  it('counts what was added in the window only, and what that comes to', async () => {
    const grown = disk();
    grown.objects.set('evidence/old', Buffer.alloc(1_000_000));
    grown.objects.set('evidence/big', Buffer.alloc(70_000));
    const inventory = inventoryOf(grown, { 'evidence/old': '2026-01-01T00:00:00.000Z' });
    const all = [...grown.objects.values()].reduce((sum, it) => sum + it.length, 0);
    const perDay = Math.round((all - 1_000_000) / 7);
    const result = await sli('M8', grown, { inventory });
    expect(result).toMatchObject({ state: 'met', value: perDay });
    expect(result.details).toMatchObject({ bytesInAYear: all + 365 * perDay, total: { bytes: all } });
  });
});

describe('M9, redaction failures', () => {
  it('finds a secret that was planted in a stored answer, and does not tell it', async () => {
    const secret = 'AKIAIOSFODNN7EXAMPLE';
    const leaking = disk();
    const store = at(leaking);
    const result = await collect(store, request(3, { boxes: { a: { locked: true } } }));
    const [row] = await Array.fromAsync(store.index.bodies('observations', { run: result.run }));
    const body = row?.body as Observations;
    const stored = (await readLines(store.objects, 'retrievals', body.retrievals ?? '')).map((it) => JSON.parse(it));
    expect((await sli('M9', leaking)).state).toBe('met');
    stored[0].answer.Note = `key ${secret}`;
    const planted = await createLines(
      store.objects,
      'retrievals',
      stored.map((it) => canonicalize(it)),
    );
    const id = store.identity.id('planted');
    await seal(store, [[{ ...body, id, retrievals: planted }]]);
    const found = await sli('M9', leaking);
    expect(found).toMatchObject({
      state: 'missed',
      value: 1,
      details: { found: [`retrievals/${planted}.jsonl.gz line 1: access-key-id`] },
    });
    expect(JSON.stringify(found)).not.toContain(secret);
  });

  it('is unknown where what it would look at is gone or altered', async () => {
    const gone = disk();
    const key = [...gone.objects.keys()].filter((it) => it.startsWith('retrievals/'));
    for (const it of key) gone.objects.set(it, gzipSync('{}\n'));
    expect(await sli('M9', gone)).toMatchObject({ state: 'unknown', value: null });
  });
});

describe.each([
  ['whole', 1000],
  ['sample', 0],
] as const)('M10, replay success, of the %s', (compared, wholeMost) => {
  const replay = { newIndex: () => sqliteIndex(':memory:'), wholeMost };

  it('is met by an index that tells what the ledger does', async () => {
    expect(await sli('M10', disk(), { replay })).toMatchObject({ state: 'met', value: 100, details: { compared } });
  });

  it('notices a row that was altered', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'wm-health-')), 'index.sqlite');
    const changed = disk();
    const store = openStore(changed, { now: NOW, index: sqliteIndex(path) });
    await collect(store, request(3, { boxes: { a: { locked: true } } }));
    const db = new DatabaseSync(path);
    db.exec(`UPDATE bodies SET body = replace(body, '"outcome":"compliant"', '"outcome":"non_compliant"')
             WHERE idx = (SELECT min(idx) FROM bodies WHERE kind = 'evidence')`);
    db.close();
    const result = await sli('M10', changed, { store, replay });
    expect(result.state).toBe('missed');
    expect(result.value).toBeLessThan(100);
    await store.index.close();
  });

  it('is missed where a body cannot be read back, and unknown where that cannot be found out', async () => {
    const changed = disk();
    const store = at(changed);
    await collect(store, request(3, { boxes: { a: { locked: true } } }));
    for (const key of changed.objects.keys()) if (key.startsWith('evidence/')) changed.objects.delete(key);
    expect(await sli('M10', changed, { store, replay })).toMatchObject({ state: 'missed', value: 0 });
    const away = { ...store.objects, get: async () => Promise.reject(new Error('no network')) };
    const result = await sli('M10', changed, { store: { ...store, objects: away }, replay });
    expect(result).toMatchObject({ state: 'unknown', value: null });
  });
});

describe('a health result', () => {
  it('is kept for the API, and an older one does not take its place', async () => {
    const store = at(disk());
    expect(await newestHealth(store)).toBeUndefined();
    const [older, newer] = [
      await health(disk()),
      await health(disk(), { store: at(disk(), '2026-10-03T03:00:00.000Z') }),
    ];
    await keepHealth(store, newer);
    await keepHealth(store, older);
    expect((await newestHealth(store))?.at).toBe('2026-10-03T03:00:00.000Z');
    await store.objects.replace(
      'health/newest.json',
      Buffer.from('{'),
      (await store.objects.get('health/newest.json'))?.version,
    );
    expect(await newestHealth(store)).toBeUndefined();
    await keepHealth(store, older);
    expect((await newestHealth(store))?.at).toBe(older.at);
  });
});
