import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { HEALTH_KEY, Health, meets, SLIS, type SliId, type SliResult, type SliState } from '../../model/health.ts';
import type { Inventory } from '../../ports/inventory.ts';
import type { Retention } from '../../ports/retention.ts';
import { syncIndex } from '../replay.ts';
import type { Store } from '../store.ts';
import { captureRate } from './capture.ts';
import { accessDenials } from './denials.ts';
import { storageGrowth } from './growth.ts';
import { ingestLatency } from './ingest-latency.ts';
import { integrityChecks } from './integrity.ts';
import { type Measured, spanOf } from './measured.ts';
import { queryLatency, type Timer } from './queries.ts';
import { redactionFailures } from './redaction.ts';
import { type ReplayOptions, replaySuccess } from './replay-success.ts';
import { retentionCompliance } from './retention.ts';
import { type Survey, survey } from './survey.ts';
import { validationRate } from './validation.ts';

export interface HealthRequest {
  readonly store: Store;
  readonly inventory: Inventory;
  /** Left out where the store has no such thing. */
  readonly retention?: Retention;
  /** Whether events are watched as they happen, and not only ingested from files. */
  readonly watches: boolean;
  readonly timer: Timer;
  readonly replay: ReplayOptions;
  /** How far back it looks, in days. */
  readonly days: number;
  /** Told before each SLI. */
  readonly onSli?: (done: number, of: number, title: string) => void;
}

/**
 * Measures every SLI from what is stored, over the last days. None stands in the way of another: what cannot be
 * computed is `unknown` with its reason. Reads only, but for the index, which is brought up to date first.
 */
export async function measureHealth(request: HealthRequest): Promise<Health> {
  const { store, days } = request;
  const at = store.clock.now();
  const span = spanOf(at, days);
  const indexed = await attempt(() => syncIndex(store).then(() => store.index));
  const listed = await attempt(() => survey(request.inventory, span));
  const measures = measuresOf(request, { span, indexed, listed });
  const slis: SliResult[] = [];
  for (const sli of SLIS) {
    request.onSli?.(slis.length, SLIS.length, sli.title);
    slis.push(resultOf(sli, await measures[sli.id]().catch(unknownFor)));
  }
  const entries = await store.index.size().catch(() => null);
  const { origin, software } = store;
  return Health.parse({ v: 1, at, from: span.from, days, origin, entries, software, slis });
}

type Attempted<T> = { readonly value: T } | { readonly thrown: unknown };

async function attempt<T>(work: () => Promise<T>): Promise<Attempted<T>> {
  try {
    return { value: await work() };
  } catch (thrown) {
    return { thrown };
  }
}

function given<T>(attempted: Attempted<T>): T {
  if ('value' in attempted) return attempted.value;
  throw attempted.thrown;
}

interface Ground {
  readonly span: ReturnType<typeof spanOf>;
  readonly indexed: Attempted<Store['index']>;
  readonly listed: Attempted<Survey>;
}

function measuresOf(request: HealthRequest, ground: Ground): Record<SliId, () => Promise<Measured>> {
  const { store, watches, retention, timer, replay } = request;
  const { span } = ground;
  // What an index says that lacks entries is no answer.
  const index = () => given(ground.indexed);
  const list = () => given(ground.listed);
  return {
    M1: async () => ingestLatency(index(), span, { surveyed: list(), watches }),
    M2: async () => captureRate(index(), span),
    M3: async () => validationRate(index(), span),
    M4: async () => queryLatency(index(), timer),
    M5: async () => accessDenials(index(), span),
    M6: async () => retentionCompliance(list(), retention),
    M7: async () => integrityChecks(index(), span),
    M8: async () => storageGrowth(list(), span),
    M9: async () => redactionFailures({ ...store, index: index() }, span),
    M10: async () => replaySuccess(store, replay),
  };
}

/** Told apart by its code from what is unknown because nothing happened. */
function unknownFor(thrown: unknown): Measured {
  const code = thrown instanceof WitnessmarkError ? thrown.code : 'health-failed';
  return { unknown: `it could not be computed: ${code}: ${messageOf(thrown)}`, details: { code } };
}

function resultOf({ id, title, unit, target }: (typeof SLIS)[number], measured: Measured): SliResult {
  const base = { id, title, unit, target, details: 'details' in measured ? (measured.details ?? {}) : {} };
  if ('notApplicable' in measured)
    return { ...base, state: 'not_applicable', value: null, says: measured.notApplicable };
  if ('unknown' in measured) return { ...base, state: 'unknown', value: null, says: said(measured.unknown) };
  const state = meets(measured.value, target) ? 'met' : 'missed';
  return { ...base, state, value: measured.value, says: said(measured.says) };
}

const said = (text: string): string => text.toWellFormed().slice(0, 1000);

/** Keeps a result where `GET /v1/indicators` finds it, in the place of the one before. An older one replaces none. */
export async function keepHealth({ objects }: Pick<Store, 'objects'>, health: Health): Promise<void> {
  const bytes = Buffer.from(`${JSON.stringify(health)}\n`);
  for (let tries = 0; tries < 3; tries += 1) {
    const present = await objects.get(HEALTH_KEY);
    const before = present && parseHealth(present.bytes);
    if (before !== undefined && before.at >= health.at) return;
    if ((await objects.replace(HEALTH_KEY, bytes, present?.version)) === 'replaced') return;
  }
  throw new WitnessmarkError('health-busy', `${HEALTH_KEY} is being replaced by others all the time`);
}

/** The newest result that was kept; undefined where none was, or none that this version can read. */
export async function newestHealth({ objects }: Pick<Store, 'objects'>): Promise<Health | undefined> {
  const stored = await objects.get(HEALTH_KEY);
  return stored && parseHealth(stored.bytes);
}

function parseHealth(bytes: Uint8Array): Health | undefined {
  try {
    return Health.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Indicators that are unknown because something was in the way, and not because nothing happened. */
export const notComputed = ({ slis }: Pick<Health, 'slis'>): SliResult[] =>
  slis.filter((it) => it.state === 'unknown' && typeof it.details.code === 'string');

/** How a whole result is to be called: missed where one is, else unknown where one is, else met. */
export function overall({ slis }: Pick<Health, 'slis'>): SliState {
  const has = (state: SliState) => slis.some((it) => it.state === state);
  if (has('missed')) return 'missed';
  return has('unknown') ? 'unknown' : 'met';
}
