import type { FailingInterval } from '../../model/report.ts';
import type { SourcePair, Subject } from './pair.ts';
import type { DiffSide, SubjectState } from './types.ts';
import { subjectKey } from './types.ts';

/** What a subject came to. `unjudged`: whatever judged it is gone. */
export type End = SubjectState['outcome'] | 'gone' | 'unjudged';

/**
 * How a failure ended. Reports of early versions do not say it, but the evidence that closed it does;
 * undefined where neither was read, because it may be a resource that was put right or one that was deleted.
 */
export function endOf({ sides, source }: SourcePair, ended: FailingInterval): End | undefined {
  if (ended.end !== null) return ended.end;
  const states = sides.new.states?.get(subjectKey(source, ended)) ?? [];
  const closing = states.find((it) => it.at === ended.to);
  return closing && meaning(closing);
}

/** What a subject is at the end of a report's period; undefined where no evidence on it was read. */
export function stateAtEnd({ report, states }: DiffSide, source: string, subject: Subject): End | undefined {
  const end = `${report.period.to}T23:59:59.999Z`;
  const last = states?.get(subjectKey(source, subject))?.findLast((it) => it.at <= end);
  return last && meaning(last);
}

function meaning({ gone, unjudged, outcome }: SubjectState): End {
  if (gone) return 'gone';
  return unjudged ? 'unjudged' : outcome;
}
