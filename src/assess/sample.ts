import { sha256Hex } from '../ledger/canonical.ts';
import type { SourceSample } from '../model/sample.ts';
import type { HeadRow } from '../ports/evidence-index.ts';

/**
 * How many subjects are drawn from a population: all of up to 5, then 5, a tenth from 50 on, 25 from 250
 * on, as audit firms size samples of attributes. The whole population stands in `evidence.csv` besides.
 */
export function sampleSize(population: number): number {
  if (population < 50) return Math.min(population, 5);
  return population < 250 ? Math.ceil(population / 10) : 25;
}

/** A subject is derived from a handful of calls; of more, the first stand for all, and the body names them. */
export const SAMPLED_CALLS = 12;

/** Where a subject is. */
interface Placed {
  readonly account: string;
  readonly region: string;
  readonly subject: string;
}

/**
 * What decides who is drawn. Anybody can compute it again; nobody picks a subject by hand, though who
 * writes the ledger could try several roots.
 */
export function drawKey(root: string, source: string, { account, region, subject }: Placed): string {
  return sha256Hex([root, source, account, region, subject].join('\t'));
}

/** Those of a population with the smallest keys, in that order. */
export function drawn<T extends Placed>(source: string, root: string, population: readonly T[]): T[] {
  const size = sampleSize(population.length);
  const taken: { key: string; it: T }[] = [];
  for (const it of population) {
    const key = drawKey(root, source, it);
    const last = taken.at(-1);
    if (taken.length === size && last !== undefined && key > last.key) continue;
    const at = taken.findIndex((other) => other.key > key);
    taken.splice(at === -1 ? taken.length : at, 0, { key, it });
    if (taken.length > size) taken.pop();
  }
  return taken.map(({ it }) => it);
}

/** Draws from the states (or events) of one source. Their recorded calls are not known here and stay empty. */
export function sampleOf(source: string, root: string, population: readonly HeadRow[]): SourceSample {
  const rows = population.map((row) => ({ ...place(row), row }));
  const items = drawn(source, root, rows).map(({ row }) => itemOf(row));
  return { source, population: population.length, items };
}

const place = ({ evidence: { account, region, subject } }: HeadRow): Placed => ({ account, region, subject });

function itemOf({ index, hash, evidence }: HeadRow): SourceSample['items'][number] {
  const { at, event, subject, name, account, region, outcome, reason } = evidence;
  const time = event?.eventTime ?? at;
  return { entry: index, body: hash, at: time, subject, name, account, region, outcome, reason, calls: [] };
}
