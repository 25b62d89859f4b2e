import { endOf, startOf } from '../assess/days.ts';
import type { SourceEvidence } from '../assess/input.ts';
import { scopeOf } from '../assess/scope.ts';
import type { HeadRow } from '../ports/evidence-index.ts';
import type { Definition } from './pin.ts';
import type { Store } from './store.ts';

/**
 * The evidence that an assessment rests on, among the first `treeSize` entries: what was seen in scope in
 * the period, and of what came before it each subject's last state. Source by source, in order of (time,
 * ledger index); one source stands in memory at a time.
 */
export async function* periodEvidence(
  store: Store,
  definition: Pick<Definition, 'period' | 'scope'>,
  treeSize: number,
): AsyncGenerator<SourceEvidence> {
  const isWanted = wanted(definition);
  const start = startOf(definition.period);
  let rows: HeadRow[] = [];
  for await (const row of store.index.heads('source', treeSize)) {
    if (rows[0] !== undefined && rows[0].evidence.source !== row.evidence.source) {
      yield* group(rows, start);
      rows = [];
    }
    if (isWanted(row.evidence)) rows.push(row);
  }
  yield* group(rows, start);
}

function wanted({ period, scope }: Pick<Definition, 'period' | 'scope'>): (it: HeadRow['evidence']) => boolean {
  const inScope = scopeOf(scope);
  const [start, end] = [startOf(period), endOf(period)];
  return (it) => {
    const time = it.event?.eventTime ?? it.at;
    return inScope(it) && time <= end && (it.event === undefined || time >= start);
  };
}

/** Leaves out what was superseded before the period began. */
function* group(rows: readonly HeadRow[], start: string): Generator<SourceEvidence> {
  const isBefore = ({ at, event }: HeadRow['evidence']): boolean => at < start && event === undefined;
  const lastBefore = new Map<string, number>();
  for (const { index, evidence } of rows) if (isBefore(evidence)) lastBefore.set(keyOf(evidence), index);
  const [first, ...more] = rows.filter(
    ({ index, evidence }) => !isBefore(evidence) || lastBefore.get(keyOf(evidence)) === index,
  );
  if (first !== undefined) yield [first, ...more];
}

const keyOf = ({ account, region, subject }: HeadRow['evidence']): string => `${account}\t${region}\t${subject}`;
