import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { collect } from '../../src/app/collect.ts';
import { type HealthRequest, measureHealth } from '../../src/app/health/measure.ts';
import { planBody } from '../../src/app/run-bodies.ts';
import { seal } from '../../src/app/seal.ts';
import { selfAudit } from '../../src/app/self-audit.ts';
import type { Store } from '../../src/app/store.ts';
import type { Health, SliId, SliResult } from '../../src/model/health.ts';
import type { Inventory } from '../../src/ports/inventory.ts';
import type { ObjectKept, Retention } from '../../src/ports/retention.ts';
import { VKEY } from '../ledger/helpers.ts';
import { request, TASK } from './demo.ts';
import { type Disk, emptyDisk, storeOf } from './store-of.ts';

/** When all of this is looked at: a day after the second collection. */
export const NOW = '2026-10-03T02:00:00.000Z';
export const STORED = '2026-10-02T02:00:05.000Z';
export const at = (disk: Disk, now = NOW): Store => storeOf(disk, { now });

/** The list of a disk; everything was stored at one time, but for what is said. */
export const inventoryOf = ({ objects }: Disk, times: Readonly<Record<string, string>> = {}): Inventory => ({
  async *list() {
    for (const key of [...objects.keys()].sort())
      yield { key, bytes: objects.get(key)?.length ?? 0, storedAt: times[key] ?? STORED };
  },
});

/** Object Lock in memory: everything is kept for a year, but for what is said. */
export const retentionOf = (
  kept: Readonly<Record<string, ObjectKept | undefined>> = {},
  rule: Awaited<ReturnType<Retention['rule']>> = { mode: 'COMPLIANCE', days: 365, from: 'bucket' },
): Retention => ({
  rule: async () => rule,
  of: async (key) =>
    key in kept
      ? kept[key]
      : { retention: { mode: 'COMPLIANCE', until: '2027-10-02T02:00:05.000Z' }, legalHold: false },
});

/** Two collections of which everything was read, and an audit. */
export async function goodDisk(): Promise<Disk> {
  const disk = emptyDisk();
  for (const day of [1, 2])
    await collect(at(disk), request(day, { boxes: { a: { locked: true }, b: { locked: day === 1 } } }));
  const store = at(disk, '2026-10-02T04:00:00.000Z');
  await selfAudit(store, { audited: { objects: store.objects, verifierKeys: [VKEY] }, covers: 'whole' });
  return disk;
}

/** A ticking clock for queries: each takes so many milliseconds. */
export function timerOf(ms: number): () => number {
  let now = 0;
  return () => {
    now += ms;
    return now;
  };
}

export function health(disk: Disk, more: Partial<HealthRequest> = {}): Promise<Health> {
  return measureHealth({
    store: at(disk),
    inventory: inventoryOf(disk),
    retention: retentionOf(),
    watches: true,
    timer: timerOf(1),
    replay: { newIndex: () => sqliteIndex(':memory:'), wholeMost: 1000 },
    days: 7,
    ...more,
  });
}

export async function sli(id: SliId, disk: Disk, more: Partial<HealthRequest> = {}): Promise<SliResult> {
  const { slis } = await health(disk, more);
  return slis.find((it) => it.id === id) as SliResult;
}

/** Seals a plan of three tasks that never ends. */
export async function interrupted(disk: Disk, when: string): Promise<void> {
  const store = at(disk);
  const run = store.identity.id('run', when);
  const tasks = ['demo', 'other', 'third'].map((service) => ({ ...TASK, service }));
  const plan = planBody(store, { run, at: when, mode: 'collect', via: 'aws', tasks, catalogue: '0'.repeat(64) });
  await seal(store, [[plan]]);
}
