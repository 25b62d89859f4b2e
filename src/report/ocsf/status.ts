import type { EvidenceItem, InconclusiveSubject } from '../../model/report.ts';
import type { Judge } from './judge.ts';
import { placeKey } from './last-states.ts';

/** `status_id` and `status` of the OCSF object `compliance`, and what is to be known beside them. */
export interface Status {
  readonly id: number;
  readonly caption: string;
  readonly details: readonly string[];
  /** The real error, where there is one. */
  readonly error?: string;
}

const PASS = { id: 1, caption: 'Pass' };
const FAIL = { id: 3, caption: 'Fail' };
/** OCSF's `Warning` is for checks without a result too, but many read it as a mild pass or failure. */
const UNKNOWN = { id: 0, caption: 'Unknown' };
const NOT_APPLICABLE = { id: 99, caption: 'Not applicable' };

/** How a subject stands at the end of the period. What could not be judged or listed is neither a pass nor a failure. */
export function statusOf(item: EvidenceItem, judge: Judge): Status {
  if (item.outcome === 'inconclusive') return inconclusive(item, judge);
  const unlisted = item.change === 'event' ? undefined : judge.unlisted.get(`${item.account}\t${item.region}`);
  if (item.outcome === 'non_compliant') return { ...FAIL, details: details(item, unlisted), ...errorOf(unlisted) };
  if (unlisted) return { ...UNKNOWN, details: details(item, unlisted), ...errorOf(unlisted) };
  return { ...(item.outcome === 'compliant' ? PASS : NOT_APPLICABLE), details: details(item, undefined) };
}

function inconclusive(item: EvidenceItem, judge: Judge): Status {
  const open = judge.failing.get(placeKey(item))?.find((it) => it.to === null);
  const told = open ? [`It failed when it was last judged, first seen at ${open.from}.`] : [];
  const error = errorOf(judge.inconclusive.get(placeKey(item)));
  return { ...UNKNOWN, details: [...details(item, undefined), ...told], ...error };
}

function details(item: EvidenceItem, unlisted: InconclusiveSubject | undefined): string[] {
  if (!unlisted) return [item.reason];
  const since = `The population could not be listed since ${unlisted.since}; this was the state before (${item.outcome}).`;
  return [item.reason, since];
}

function errorOf(subject: InconclusiveSubject | undefined): { error?: string } {
  if (!subject?.failure) return {};
  const { operation, name, message } = subject.failure;
  return { error: `${operation}: ${name}: ${message}` };
}
