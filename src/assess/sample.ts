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

/**
 * What decides who is drawn. Anybody can compute it again; nobody picks a subject by hand, though who
 * writes the ledger could try several roots.
 */
export function drawKey(root: string, source: string, { account, region, subject }: HeadRow['evidence']): string {
  return sha256Hex([root, source, account, region, subject].join('\t'));
}

/**
 * Draws from the states (or events) of one source: those with the smallest keys, in that order. Their
 * recorded calls are not known here and stay empty.
 */
export function sampleOf(source: string, root: string, population: readonly HeadRow[]): SourceSample {
  const size = sampleSize(population.length);
  const drawn: { key: string; row: HeadRow }[] = [];
  for (const row of population) {
    const key = drawKey(root, source, row.evidence);
    const last = drawn.at(-1);
    if (drawn.length === size && last !== undefined && key > last.key) continue;
    const at = drawn.findIndex((it) => it.key > key);
    drawn.splice(at === -1 ? drawn.length : at, 0, { key, row });
    if (drawn.length > size) drawn.pop();
  }
  return { source, population: population.length, items: drawn.map(({ row }) => itemOf(row)) };
}

function itemOf({ index, hash, evidence }: HeadRow): SourceSample['items'][number] {
  const { at, event, subject, name, account, region, outcome, reason } = evidence;
  const time = event?.eventTime ?? at;
  return { entry: index, body: hash, at: time, subject, name, account, region, outcome, reason, calls: [] };
}
