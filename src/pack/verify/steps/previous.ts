import { compareStates, stateOf } from '../../../assess/compare.ts';
import { canonicalize } from '../../../ledger/canonical.ts';
import { PATHS } from '../../paths.ts';
import type { Pack } from '../pack.ts';
import type { StepOutcome } from '../types.ts';

/** What the report says has changed follows from itself and from the earlier report's own ledger entry. */
export async function previous(pack: Pack): Promise<StepOutcome> {
  const [report, { reports }] = [await pack.report(), await pack.bodies()];
  const { previous: told } = report;
  if (told === null) return { findings: [] };
  const record = reports.get(told.entry);
  const problem = (message: string): StepOutcome => ({ findings: [{ file: PATHS.json, message }] });
  if (record?.state === undefined)
    return problem(`compares itself with ledger entry ${told.entry}, which is no report of the pack`);
  const { period, at, treeSize, state, framework } = record;
  if (framework !== report.framework.id) return problem(`compares itself with a report of ${framework}`);
  const expected = {
    id: state.report,
    period,
    at,
    entry: told.entry,
    treeSize,
    ...compareStates(state, stateOf(report)),
  };
  if (canonicalize(expected) === canonicalize(told)) return { findings: [] };
  return problem(`what it says has changed is not what ledger entry ${told.entry} and the report itself give`);
}
