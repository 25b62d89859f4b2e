import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { atMost, counted, type Measured, type Span } from './measured.ts';

const MOST_ACCESSES = 200_000;

/** M5: requests that were refused, by day and by code, with those that a refused stranger's entry only counts. */
export async function accessDenials(index: EvidenceIndex, { from, to, days }: Span): Promise<Measured> {
  const [byDay, byCode] = [new Map<string, number>(), new Map<string, number>()];
  let [accesses, refused] = [0, 0];
  for await (const { body } of atMost(index.bodies('access', { from, to }), MOST_ACCESSES, 'accesses')) {
    const count = body.outcome === 'refused' ? 1 + (body.omitted ?? 0) : 0;
    accesses += Math.max(1, count);
    if (count === 0) continue;
    refused += count;
    add(byDay, body.at.slice(0, 10), count);
    add(byCode, body.code ?? 'no code', count);
  }
  const value = Math.max(0, ...byDay.values());
  const says = `${refused} of ${counted(accesses, 'request')} refused in ${counted(days, 'day')}`;
  return { value, says, details: { accesses, refused, byDay: sorted(byDay), byCode: sorted(byCode) } };
}

const add = (counts: Map<string, number>, name: string, count: number): void => {
  counts.set(name, (counts.get(name) ?? 0) + count);
};

const sorted = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
