import { z } from 'zod';
import { Timestamp } from '../../model/primitives.ts';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { atMost, counted, type Measured, type Span, spread } from './measured.ts';
import { type Survey, storedAt } from './survey.ts';

/** When something happened, and the ledger entry that says so. */
export interface HappenedAt {
  readonly index: number;
  readonly eventAt: string;
}

const MOST_ALERTS = 50_000;
/** Ingests that are looked at, and events of each. */
const INGESTS = 3;
const EVENTS = 500;

/**
 * M1: seconds from a watched event to the object that puts its entry in order, by the clock of whoever stores it.
 * Delivered files have a latency of their own, AWS's, which stands beside it and counts for nothing.
 */
export async function ingestLatency(
  index: EvidenceIndex,
  span: Span,
  { surveyed, watches }: { surveyed: Pick<Survey, 'batches'>; watches: boolean },
): Promise<Measured> {
  const delivered = await latencies(deliveredEvents(index, span), surveyed);
  const details = delivered.length === 0 ? {} : { deliveredFiles: inSeconds(delivered) };
  const watched = await latencies(watchedEvents(index, span), surveyed);
  if (watched.length > 0) {
    const { p95, p50, max } = inSeconds(watched);
    const says = `${counted(watched.length, 'watched event')}: p50 ${p50} s, p95 ${p95} s, at most ${max} s`;
    return { value: p95, says, details: { events: watched.length, p50, p95, max, ...details } };
  }
  if (!watches) return { notApplicable: 'nothing is watched here: events are watched in AWS' };
  return { unknown: `no watched event came in the last ${counted(span.days, 'day')}`, details };
}

const inSeconds = (milliseconds: readonly number[]): { p50: number; p95: number; max: number } =>
  spread(milliseconds.map((it) => it / 1000));

async function latencies(events: AsyncIterable<HappenedAt>, surveyed: Pick<Survey, 'batches'>): Promise<number[]> {
  const found: number[] = [];
  for await (const { index, eventAt } of events) {
    const stored = storedAt(surveyed, index);
    // What was stored before the window is no matter of the window.
    if (stored !== undefined) found.push(Math.max(0, Date.parse(stored) - Date.parse(eventAt)));
  }
  return found;
}

/** What counts of an alert: when CloudTrail says that it happened, in whole seconds. */
const Alert = z.looseObject({ event: z.looseObject({ eventTime: Timestamp }) });

/** Entries of kind `alert`, each of one event. */
async function* watchedEvents(rows: EvidenceIndex, { from, to }: Span): AsyncGenerator<HappenedAt> {
  const alerts = rows.bodies('alert' as 'access', { from, to });
  for await (const { index, body } of atMost(alerts, MOST_ALERTS, 'watched events')) {
    yield { index, eventAt: Alert.parse(body).event.eventTime };
  }
}

/** Events of the newest ingests of delivered files, some of each. */
async function* deliveredEvents(rows: EvidenceIndex, { from, to }: Span): AsyncGenerator<HappenedAt> {
  const runs: string[] = [];
  for await (const { body } of rows.bodies('run', { from, to })) if (body.mode === 'ingest') runs.push(body.run);
  for (const run of runs.slice(-INGESTS)) {
    let count = 0;
    for await (const { index, evidence } of rows.evidence({ run })) {
      if (count >= EVENTS) break;
      count += 1;
      if (evidence.event !== undefined) yield { index, eventAt: evidence.event.eventTime };
    }
  }
}
