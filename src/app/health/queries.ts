import type { EvidenceIndex, EvidenceRow } from '../../ports/evidence-index.ts';
import { counted, type Measured, spread } from './measured.ts';

/** Milliseconds of a clock that never goes back. */
export type Timer = () => number;

/** Rows of a page, as people ask for them. */
const PAGE = 100;
/** Subjects that are asked about. */
const SUBJECTS = 12;

interface Timed {
  readonly query: string;
  readonly ms: number;
}

/**
 * M4: the time that queries take which the API makes, asked of this index now: a page of a source's evidence, a
 * subject's history, one entry, an entry by its hash, the observations of a run. The subjects are those that a page
 * of the index begins with, spread over it.
 */
export async function queryLatency(index: EvidenceIndex, timer: Timer): Promise<Measured> {
  const timed: Timed[] = [];
  const time = async <T>(query: string, work: () => Promise<T>): Promise<T> => {
    const from = timer();
    const result = await work();
    timed.push({ query, ms: timer() - from });
    return result;
  };
  const first = await time('first page', () => pageOf(index.evidence({})));
  if (first.length === 0) return { unknown: 'the index holds no evidence that could be asked for' };
  for (const { index: entry, hash, evidence } of spreadOver(first, SUBJECTS)) {
    const { source, account, region, subject, run } = evidence;
    await time('page of a source', () => pageOf(index.evidence({ source, account, region })));
    await time('history of a subject', () => pageOf(index.evidence({ subject })));
    await time('one entry', () => index.evidenceAt(entry));
    await time('entry by hash', () => index.find(hash));
    await time('observations of a run', () => pageOf(index.observations({ run })));
  }
  const { p50, p95, max } = spread(timed.map((it) => round(it.ms)));
  const slowest = timed.toSorted((a, b) => b.ms - a.ms)[0]?.query ?? '';
  const says = `${counted(timed.length, 'query', 'queries')}: p50 ${p50} ms, p95 ${p95} ms, at most ${max} ms (${slowest})`;
  return { value: p95, says, details: { queries: timed.length, p50, p95, max, slowest } };
}

async function pageOf<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const page: T[] = [];
  for await (const row of rows) {
    page.push(row);
    if (page.length >= PAGE) break;
  }
  return page;
}

function spreadOver(rows: readonly EvidenceRow[], count: number): EvidenceRow[] {
  const step = Math.max(1, Math.floor(rows.length / count));
  return rows.filter((_, at) => at % step === 0).slice(0, count);
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
