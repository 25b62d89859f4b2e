import { compareNatural } from '../catalog/natural.ts';
import type { NotCollected, ReportedRun } from '../model/report.ts';
import type { Failure } from '../model/retrieval.ts';
import type { HeadRow } from '../ports/evidence-index.ts';

interface Group {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly failure: Failure;
  first: string;
  last: string;
  readonly runs: Set<string>;
}

/** What each failed read leaves open, by the read. */
export type Touched = Map<string, { readonly sources: Set<string>; readonly subjects: Set<string> }>;

/**
 * Every read that failed in the period, runs taken together, with the controls that it leaves open.
 * Failures are the same when place, operation, kind and error name are.
 */
export function notCollected(
  runs: readonly ReportedRun[],
  touched: Touched,
  controlsOf: ReadonlyMap<string, ReadonlySet<string>>,
): NotCollected[] {
  const groups = new Map<string, Group>();
  for (const run of runs) {
    for (const task of run.failed) for (const failure of task.failures) note(groups, run, task, failure);
  }
  return [...groups]
    .map(([key, group]) => {
      const { sources, subjects } = touched.get(key) ?? { sources: new Set<string>(), subjects: new Set<string>() };
      const controls = new Set([...sources].flatMap((source) => [...(controlsOf.get(source) ?? [])]));
      return {
        account: group.account,
        region: group.region,
        service: group.service,
        failure: group.failure,
        first: group.first,
        last: group.last,
        runs: group.runs.size,
        subjects: subjects.size,
        controls: [...controls].sort(compareNatural),
      };
    })
    .sort((a, b) => (keyOf(a, a.failure) < keyOf(b, b.failure) ? -1 : 1));
}

function note(
  groups: Map<string, Group>,
  run: ReportedRun,
  task: { account: string; region: string; service: string },
  failure: Failure,
): void {
  const key = keyOf(task, failure);
  const group = groups.get(key);
  if (!group) {
    const { account, region, service } = task;
    groups.set(key, {
      account,
      region,
      service,
      failure,
      first: run.startedAt,
      last: run.startedAt,
      runs: new Set([run.id]),
    });
    return;
  }
  group.runs.add(run.id);
  if (run.startedAt < group.first) group.first = run.startedAt;
  if (run.startedAt > group.last) group.last = run.startedAt;
}

/** Adds to `touched` what failed reads leave open among evidence that says something of the period. */
export function noteTouched(touched: Touched, evidence: readonly HeadRow[]): void {
  for (const { evidence: it } of evidence) {
    for (const failure of Object.values(it.failures)) {
      const key = keyOf(it, failure);
      const known = touched.get(key) ?? { sources: new Set(), subjects: new Set() };
      touched.set(key, known);
      known.sources.add(it.source);
      known.subjects.add(it.subject);
    }
  }
}

const keyOf = (place: { account: string; region: string }, failure: Failure): string =>
  [place.account, place.region, failure.operation, failure.kind, failure.name].join('\t');
