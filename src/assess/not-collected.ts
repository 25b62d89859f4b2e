import { compareNatural } from '../catalog/natural.ts';
import type { NotCollected, ReportedRun } from '../model/report.ts';
import type { Failure } from '../model/retrieval.ts';
import type { EvidenceRow } from '../ports/evidence-index.ts';

interface Group {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly failure: Failure;
  first: string;
  last: string;
  readonly runs: Set<string>;
}

/**
 * Every read that failed in the period, runs taken together, with the controls that it leaves open.
 * Failures are the same when place, operation, kind and error name are.
 */
export function notCollected(
  runs: readonly ReportedRun[],
  evidence: readonly EvidenceRow[],
  controlsOf: ReadonlyMap<string, ReadonlySet<string>>,
): NotCollected[] {
  const groups = new Map<string, Group>();
  for (const run of runs) {
    for (const task of run.failed) for (const failure of task.failures) note(groups, run, task, failure);
  }
  const touched = touchedSubjects(evidence);
  return [...groups]
    .map(([key, group]) => {
      const rows = touched.get(key) ?? [];
      const controls = new Set(rows.flatMap((row) => [...(controlsOf.get(row.evidence.source) ?? [])]));
      return {
        account: group.account,
        region: group.region,
        service: group.service,
        failure: group.failure,
        first: group.first,
        last: group.last,
        runs: group.runs.size,
        subjects: new Set(rows.map((row) => row.evidence.subject)).size,
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

function touchedSubjects(evidence: readonly EvidenceRow[]): Map<string, EvidenceRow[]> {
  const touched = new Map<string, EvidenceRow[]>();
  for (const row of evidence) {
    for (const failure of Object.values(row.evidence.failures)) {
      const key = keyOf(row.evidence, failure);
      const rows = touched.get(key);
      if (rows) rows.push(row);
      else touched.set(key, [row]);
    }
  }
  return touched;
}

const keyOf = (place: { account: string; region: string }, failure: Failure): string =>
  [place.account, place.region, failure.operation, failure.kind, failure.name].join('\t');
