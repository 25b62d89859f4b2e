import { compareStates, stateOf } from '../assess/compare.ts';
import { canonicalize } from '../ledger/canonical.ts';
import type { PreviousReport } from '../model/change.ts';
import type { Report } from '../model/report.ts';
import type { ReportRecord } from '../model/report-record.ts';
import type { Store } from './store.ts';

/**
 * What changed since the newest report of the same framework and scope that was recorded before ledger
 * entry `before`, and that entry's index; null where there is none. Which one it is follows from the
 * ledger alone, so the same report made again compares itself with the same one.
 */
export async function previousReport(
  store: Store,
  report: Pick<Report, 'id' | 'framework' | 'scope' | 'controls' | 'exceptions'>,
  before: number,
): Promise<PreviousReport | null> {
  const scope = canonicalize(report.scope);
  let newest: { index: number; body: ReportRecord } | undefined;
  for await (const { index, body } of store.index.bodies('report', { treeSize: before })) {
    const isSame = body.framework === report.framework.id && body.state && canonicalize(body.state.scope) === scope;
    if (isSame) newest = { index, body };
  }
  const state = newest?.body.state;
  if (newest === undefined || state === undefined) return null;
  const { period, at, treeSize } = newest.body;
  return { id: state.report, period, at, entry: newest.index, treeSize, ...compareStates(state, stateOf(report)) };
}
