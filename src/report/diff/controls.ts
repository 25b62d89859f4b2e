import { compareStates, stateOf } from '../../assess/compare.ts';
import { openFailures } from '../../assess/verdict.ts';
import type { ControlState } from '../../model/change.ts';
import type { ControlResult } from '../../model/report.ts';
import { plural } from '../numbers.ts';
import { VERDICTS } from '../words.ts';
import type { Sides } from './change.ts';
import { change } from './change.ts';
import type { Change, ChangeKind } from './types.ts';

/** Controls that are not as they were, with the reasons of the new report; and how many are as they were. */
export function controlChanges(sides: Sides): { changes: Change[]; unchanged: number } {
  const found = compareStates(stateOf(sides.old.report), stateOf(sides.new.report));
  const results = new Map(sides.new.report.controls.map((it) => [it.id, it]));
  const before = new Map(sides.old.report.controls.map((it) => [it.id, it]));
  const changes = found.controls.map((it) => {
    const now = results.get(it.control);
    const shown = now ?? before.get(it.control);
    return change(kindOf(it.before, it.after), {
      controls: [it.control],
      before: it.before && told(it.before),
      after: it.after && told(it.after),
      notes: now?.reasons ?? [],
      entries: shown ? sides.refs(now ? 'new' : 'old', openEntries(shown)) : [],
    });
  });
  return { changes, unchanged: found.unchanged };
}

function kindOf(before: ControlState | null, after: ControlState | null): ChangeKind {
  if (before === null) return 'control_added';
  if (after === null) return 'control_removed';
  return before.verdict === after.verdict ? 'control_counts' : 'verdict';
}

function told({ verdict, failing, inconclusive, subjects }: ControlState): string {
  const open = [
    ...(failing > 0 ? [`${failing} failing`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
  ];
  const numbers = open.length > 0 ? ` (${open.join(', ')} of ${plural(subjects, 'subject')})` : '';
  return `${VERDICTS[verdict].word}${numbers}`;
}

/** Entries behind what is open under the sources that count. */
function openEntries({ sources }: ControlResult): number[] {
  return sources
    .filter((it) => it.strength !== 'supporting')
    .flatMap((it) => [
      ...openFailures(it).flatMap((failure) => failure.entries),
      ...it.inconclusive.map((open) => open.entry),
    ]);
}
