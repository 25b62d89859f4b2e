import type { FailingInterval, InconclusiveSubject, SourceResult } from '../../model/report.ts';

/** Subjects that one observation names; the rest are counted, and `failing.csv` has every one. */
export const MAX_NAMED = 50;

/** How a named subject stands at the end of the period. */
export type SubjectState = 'failing' | 'excepted' | 'inconclusive' | 'ended';

export interface NamedSubject {
  readonly state: SubjectState;
  readonly subject: string;
  readonly account: string;
  readonly region: string;
  readonly from: string;
  readonly to: string | null;
  readonly reason: string;
  readonly exception: string | null;
  readonly entries: readonly number[];
}

export interface Subjects {
  readonly counts: Readonly<Record<SubjectState, number>>;
  /** At most `MAX_NAMED`: what fails comes first, what is over comes last. */
  readonly named: readonly NamedSubject[];
}

/** What a source found wrong or could not judge: all of it counted, the first of it named. */
export function subjectsOf(source: SourceResult): Subjects {
  const counts = { failing: 0, excepted: 0, inconclusive: source.inconclusive.length, ended: 0 };
  const first: Record<SubjectState, NamedSubject[]> = { failing: [], excepted: [], inconclusive: [], ended: [] };
  for (const interval of source.failing) {
    const state = stateOf(interval);
    counts[state]++;
    if (first[state].length < MAX_NAMED) first[state].push(fromInterval(interval, state));
  }
  first.inconclusive.push(...source.inconclusive.slice(0, MAX_NAMED).map(fromInconclusive));
  const { failing, excepted, inconclusive, ended } = first;
  return { counts, named: [...failing, ...excepted, ...inconclusive, ...ended].slice(0, MAX_NAMED) };
}

/** How many of the subjects an observation does not name. */
export function unnamed({ counts, named }: Subjects): number {
  return counts.failing + counts.excepted + counts.inconclusive + counts.ended - named.length;
}

function stateOf({ to, exception }: FailingInterval): 'failing' | 'excepted' | 'ended' {
  if (to !== null) return 'ended';
  return exception === null ? 'failing' : 'excepted';
}

function fromInterval(interval: FailingInterval, state: SubjectState): NamedSubject {
  const { subject, account, region, from, to, reason, exception, entries } = interval;
  return { state, subject, account, region, from, to, reason, exception, entries };
}

function fromInconclusive({
  subject,
  account,
  region,
  since,
  reason,
  failure,
  entry,
}: InconclusiveSubject): NamedSubject {
  const error = failure ? ` ${failure.operation}: ${failure.name}: ${failure.message}` : '';
  return {
    state: 'inconclusive',
    subject,
    account,
    region,
    from: since,
    to: null,
    reason: `${reason}${error}`,
    exception: null,
    entries: [entry],
  };
}
