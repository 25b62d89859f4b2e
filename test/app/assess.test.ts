import { describe, expect, it } from 'vitest';
import { assessPeriod } from '../../src/app/assess.ts';
import { sourceDefinitions } from '../../src/app/catalogue.ts';
import { collect } from '../../src/app/collect.ts';
import { evaluate } from '../../src/app/evaluate.ts';
import type { Definition } from '../../src/app/pin.ts';
import type { Store } from '../../src/app/store.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import type { Framework } from '../../src/model/framework.ts';
import { Report } from '../../src/model/report.ts';
import { documentKeys } from '../pack/keys.ts';
import { ACCOUNT, again, CATALOGUE, catalogueOf, REGION, request, TASK, type World } from './demo.ts';
import { auditOf, type Disk, emptyDisk, storeOf } from './store-of.ts';

const { rootPem, signingPem } = await documentKeys();
const framework = CATALOGUE.frameworks.get('boxes') as Framework;
const OTHER = '444455556666';
const LOCKED: World = { boxes: { a: { locked: true } } };
const OPEN: World = { boxes: { a: { locked: false } } };

const definition = (given: Partial<Definition> = {}): Definition => ({
  framework,
  definitions: sourceDefinitions(CATALOGUE, framework),
  scope: { accounts: [ACCOUNT], regions: [REGION] },
  period: { from: '2026-10-01', to: '2026-10-03' },
  statements: { entity: [], exceptions: [], attestations: [], not_applicable: [], reviews: [], sign_off: [] },
  coverageThreshold: 0.95,
  ...given,
});
const open = (disk: Disk, now?: string): Store => ({
  ...storeOf(disk, now ? { now } : {}),
  certificates: { rootPem, signingPem },
});
const reportOf = async (store: Store, given: Partial<Definition> = {}) =>
  canonicalize((await assessPeriod(store, definition(given))).report);
const verdictOf = async (store: Store, given: Partial<Definition> = {}) =>
  (await assessPeriod(store, definition(given))).report.controls.map((it) => it.verdict);

async function threeDays(world = LOCKED) {
  const disk = emptyDisk();
  const store = open(disk);
  for (const day of [1, 2, 3]) await collect(store, request(day, world));
  return { disk, store };
}

describe('assessing a period', () => {
  it('gives a report that fits its schema and rests on a signed ledger', async () => {
    const { disk, store } = await threeDays();
    const { report, log, entries, evidence } = await assessPeriod(store, definition());
    expect(Report.parse(report)).toEqual(report);
    expect(report.controls.map((it) => it.verdict)).toEqual(['met', 'met']);
    expect(report).toMatchObject({
      id: 'boxes-2026-10-03',
      asOf: '2026-10-03T02:00:00.000Z',
      ledger: { size: log.checkpoint.size },
    });
    expect(Math.max(...entries)).toBeLessThan(report.ledger.size);
    expect(entries).toEqual([...new Set(entries)].sort((a, b) => a - b));
    expect((await Array.fromAsync(evidence)).every((it) => entries.includes(it.entry))).toBe(true);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('gives the same bytes again, at another time and from an index that was rebuilt', async () => {
    const { disk, store } = await threeDays();
    const first = await reportOf(store);
    const size = await store.index.size();
    expect(await reportOf(store)).toBe(first);
    expect(await reportOf(open(disk, '2033-01-01T00:00:00.000Z'))).toBe(first);
    expect(await store.index.size()).toBe(size);
  });

  it('gives the same bytes after what was collected outside the period or the scope', async () => {
    const { store } = await threeDays();
    const first = await reportOf(store);
    await collect(store, request(4, OPEN));
    await collect(store, request(2, OPEN, { tasks: [{ ...TASK, account: OTHER }] }));
    await collect(store, request(2, OPEN, { tasks: [{ ...TASK, region: 'us-east-1' }] }));
    expect(await reportOf(store)).toBe(first);
  });

  it('gives another report after new evidence inside the period, and the old one is in the ledger still', async () => {
    const disk = emptyDisk();
    const store = open(disk);
    await collect(store, request(1, LOCKED));
    const first = await reportOf(store);
    await collect(store, request(2, OPEN));
    expect(await reportOf(store)).not.toBe(first);
    expect(await verdictOf(store)).toEqual(['not_met', 'inconclusive']);
    expect(await Array.fromAsync(store.index.bodies('assessment'))).toHaveLength(2);
    expect(await Array.fromAsync(store.index.bodies('framework'))).toHaveLength(1);
  });

  it('gives another report when earlier runs are judged by a check that the framework asks for', async () => {
    const disk = emptyDisk();
    const store = open(disk);
    const catalogue = await catalogueOf(['locked']);
    for (const day of [1, 2, 3]) await collect(store, request(day, LOCKED, { catalogue }));
    expect(await verdictOf(store)).toEqual(['met', 'not_assessed']);
    await evaluate(store, again(CATALOGUE));
    expect(await verdictOf(store)).toEqual(['met', 'met']);
  });

  it('gives another report for other statements, another period or another scope', async () => {
    const { store } = await threeDays(OPEN);
    const exception = {
      id: 'E1',
      source: 'check:demo-box-locked',
      subject: '*',
      owner: 'Olga',
      approver: 'Anton',
      approved: '2026-10-01',
      expires: '2026-12-31',
      reason: 'the lock is on order',
    };
    expect(await verdictOf(store)).toEqual(['not_met', 'met']);
    expect(await verdictOf(store, { statements: { ...definition().statements, exceptions: [exception] } })).toEqual([
      'met_with_exceptions',
      'met',
    ]);
    expect(await verdictOf(store, { period: { from: '2026-10-01', to: '2026-10-10' } })).toEqual([
      'not_met',
      'inconclusive',
    ]);
    expect(await verdictOf(store, { scope: { accounts: [ACCOUNT, OTHER], regions: [REGION] } })).toEqual([
      'not_met',
      'inconclusive',
    ]);
  });

  it('knows the states that still held when the period began, and nothing that was superseded', async () => {
    const store = open(emptyDisk());
    await collect(store, request(1, LOCKED));
    await collect(store, request(2, OPEN));
    await collect(store, request(5, OPEN));
    const { evidence, report } = await assessPeriod(
      store,
      definition({ period: { from: '2026-10-05', to: '2026-10-05' } }),
    );
    const locked = (await Array.fromAsync(evidence)).filter((it) => it.source === 'check:demo-box-locked');
    expect(locked.map((it) => it.at)).toEqual(['2026-10-02T02:00:00.000Z']);
    expect(report.controls[0]).toMatchObject({
      verdict: 'not_met',
      sources: [{ failing: [{ from: '2026-10-02T02:00:00.000Z', to: null }] }],
    });
  });

  it('shows a run that never ended, and says nothing of other accounts', async () => {
    const disk = emptyDisk();
    await collect(open(disk), request(1, LOCKED, { tasks: [TASK, { ...TASK, account: OTHER }] }));
    const crashing = storeOf(disk, {
      fault: (operation, key) => (operation === 'create' && key.startsWith('retrievals/') ? 'fail' : 'ok'),
    });
    await expect(collect(crashing, request(2, LOCKED))).rejects.toThrow('injected');
    const { report } = await assessPeriod(open(disk), definition());
    expect(report.runs.map(({ state, expected }) => [state, expected])).toEqual([
      ['complete', 1],
      ['interrupted', 1],
    ]);
    expect(report.coverage.days).toBe('c..');
    expect(JSON.stringify(report)).not.toContain(OTHER);
  });

  it('of what nobody collected is refused', async () => {
    const { store } = await threeDays();
    const nothing = expect.objectContaining({ code: 'assess-no-evidence' });
    await expect(assessPeriod(store, definition({ period: { from: '2026-01-01', to: '2026-01-31' } }))).rejects.toThrow(
      nothing,
    );
    await expect(assessPeriod(store, definition({ scope: { accounts: [OTHER], regions: [REGION] } }))).rejects.toThrow(
      nothing,
    );
    await expect(assessPeriod(open(emptyDisk()), definition())).rejects.toThrow(nothing);
  });
});
