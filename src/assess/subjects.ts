import { type EvidenceHead, SOURCE_REMOVED } from '../model/evidence.ts';
import type { FailingInterval, InconclusiveSubject } from '../model/report.ts';
import type { HeadRow } from '../ports/evidence-index.ts';

/** All evidence of one subject under one source, in order of time. */
export type History = readonly HeadRow[];

/** Evidence of one source, subject by subject, in order of first appearance. */
export function histories(rows: readonly HeadRow[]): History[] {
  const bySubject = new Map<string, HeadRow[]>();
  for (const row of rows) {
    const { account, region, subject } = row.evidence;
    const key = `${account}/${region}/${subject}`;
    const list = bySubject.get(key);
    if (list) list.push(row);
    else bySubject.set(key, [row]);
  }
  return [...bySubject.values()];
}

/**
 * The times in which a subject failed and that reach into the period, which begins at `start`. An
 * inconclusive state does not end a failure: that a resource could not be read is no remediation. Nor
 * is it that its rule was removed; but nobody will ever say more, so the interval ends there and says so.
 */
export function failingIntervals(history: History, start: string): FailingInterval[] {
  const intervals: FailingInterval[] = [];
  let open: HeadRow | undefined;
  for (const row of history) {
    if (open && endsFailure(row)) {
      intervals.push(interval(open, row));
      open = undefined;
    }
    if (!open && row.evidence.change !== 'absent' && row.evidence.outcome === 'non_compliant') open = row;
  }
  if (open) intervals.push(interval(open, undefined));
  return intervals.filter((it) => it.to === null || it.to >= start);
}

/** Whether whatever judged the subject is gone. */
const isUnjudged = ({ failures }: EvidenceHead): boolean => failures.source?.name === SOURCE_REMOVED;

function endsFailure({ evidence }: HeadRow): boolean {
  if (isUnjudged(evidence)) return true;
  return evidence.change === 'absent' || evidence.outcome === 'compliant' || evidence.outcome === 'not_applicable';
}

/** What evidence that ends a failure says of how. */
function endOf(closing: EvidenceHead): FailingInterval['end'] {
  if (isUnjudged(closing)) return 'unjudged';
  if (closing.change === 'absent') return 'gone';
  return closing.outcome === 'compliant' ? 'compliant' : 'not_applicable';
}

function interval(opened: HeadRow, closed: HeadRow | undefined): FailingInterval {
  const { subject, name, account, region, at, reason } = opened.evidence;
  const to = closed?.evidence.at ?? null;
  return {
    subject,
    name,
    account,
    region,
    from: at,
    to,
    seconds: to === null ? null : Math.round((Date.parse(to) - Date.parse(at)) / 1000),
    end: closed ? endOf(closed.evidence) : null,
    reason:
      closed && isUnjudged(closed.evidence)
        ? `${reason} (whether it ended is not known: ${closed.evidence.reason})`
        : reason,
    exception: null,
    entries: closed ? [opened.index, closed.index] : [opened.index],
  };
}

/** A matched event that should not have happened: it failed at that moment, for no length of time. */
export function eventInterval(row: HeadRow): FailingInterval {
  const { subject, name, account, region, event, at, reason } = row.evidence;
  const time = event?.eventTime ?? at;
  return {
    subject,
    name,
    account,
    region,
    from: time,
    to: time,
    seconds: 0,
    end: null,
    reason,
    exception: null,
    entries: [row.index],
  };
}

const isKnown = ({ evidence }: HeadRow): boolean => evidence.change === 'absent' || evidence.outcome !== 'inconclusive';

/** The subject's state at the end, if that is inconclusive; `since` the first time since it was last known. */
export function inconclusiveAtEnd(history: History): InconclusiveSubject | undefined {
  const last = history.at(-1);
  if (!last || last.evidence.change === 'absent' || last.evidence.outcome !== 'inconclusive') return undefined;
  const before = history.findLastIndex((row) => isKnown(row));
  const since = history[before + 1] ?? last;
  return inconclusive(last, since.evidence.at);
}

/** An event of which could not be said whether it matches. */
export function inconclusiveEvent(row: HeadRow): InconclusiveSubject[] {
  if (row.evidence.outcome !== 'inconclusive') return [];
  return [inconclusive(row, row.evidence.event?.eventTime ?? row.evidence.at)];
}

function inconclusive({ index, evidence }: HeadRow, since: string): InconclusiveSubject {
  const { subject, account, region, reason, failures } = evidence;
  return { subject, account, region, since, reason, failure: firstOf(failures), entry: index };
}

/** Of several failures that of the first fact by name, in whatever order an index gives them. */
function firstOf(failures: EvidenceHead['failures']): InconclusiveSubject['failure'] {
  const [fact] = Object.keys(failures).sort();
  return fact === undefined ? null : (failures[fact] ?? null);
}
