import type { ControlChange, ExceptionChange, PreviousReport } from '../../../model/change.ts';
import type { ExceptionState, Verdict } from '../../../model/verdict.ts';

/** What a change of a control comes to; each change is of exactly one kind. */
export type ChangeKind = 'newly_not_met' | 'newly_met' | 'other_verdict' | 'same_verdict' | 'added' | 'removed';

const MET: readonly (Verdict | undefined)[] = ['met', 'met_with_exceptions'];

/** The kind of a change. Between `met` and `met_with_exceptions` a control was met before already. */
export function kindOf({ before, after }: ControlChange): ChangeKind {
  if (before === null) return 'added';
  if (after === null) return 'removed';
  if (before.verdict === after.verdict) return 'same_verdict';
  if (after.verdict === 'not_met') return 'newly_not_met';
  return MET.includes(after.verdict) && !MET.includes(before.verdict) ? 'newly_met' : 'other_verdict';
}

/** Changes of one kind, in the order of the framework. */
export function changesOf(previous: PreviousReport, kind: ChangeKind): ControlChange[] {
  return previous.controls.filter((it) => kindOf(it) === kind);
}

/** Ids of the exceptions that came, lapsed, were withdrawn, or changed in another way; each id once. */
export interface ExceptionMoves {
  readonly came: readonly string[];
  readonly lapsed: readonly string[];
  readonly withdrawn: readonly string[];
  readonly other: readonly string[];
}

/** An exception that was expired when it came has lapsed: it covers nothing. */
export function exceptionMoves(changes: readonly ExceptionChange[]): ExceptionMoves {
  const of = (name: keyof ExceptionMoves): string[] =>
    changes.filter((it) => moveOf(it) === name).map((it) => it.exception);
  return { came: of('came'), lapsed: of('lapsed'), withdrawn: of('withdrawn'), other: of('other') };
}

function moveOf({ before, after }: ExceptionChange): keyof ExceptionMoves {
  if (after === null) return 'withdrawn';
  if (after === 'expired') return 'lapsed';
  return before === null ? 'came' : 'other';
}

/** The state of an exception in a table of changes. */
export const EXCEPTION_STATES: Readonly<Record<ExceptionState, string>> = {
  in_force: 'In force',
  expired: 'Expired',
  unused: 'Without effect',
};
