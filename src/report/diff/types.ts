import type { Outcome } from '../../model/evidence.ts';
import type { Report, SourceResult } from '../../model/report.ts';

/**
 * Every kind of change with the heading that people read, in the order in which it is listed: what
 * needs work first, what only tells how far the two reports can be compared after it.
 */
export const KINDS = {
  verdict: 'controls with another verdict',
  control_added: 'controls that only the new report has',
  control_removed: 'controls that only the old report has',
  control_counts: 'controls with the same verdict and other numbers',
  newly_failing: 'subjects newly failing',
  acceptance_ended: 'subjects failing without an exception now, accepted before',
  newly_accepted: 'failing subjects accepted by an exception now',
  event: 'events that should not have happened, new in this report',
  put_right: 'failing before, put right',
  no_longer_applies: 'failing before, the test does not concern them now',
  gone: 'failing before, the subject is gone',
  no_longer_judged: 'failing before, nothing judges them any more (not known whether put right)',
  ended: 'failing before, ended (how is not in what was read)',
  not_shown: 'failing before, not among the failing subjects of the new report',
  failed_between: 'failed and ended, and the old report does not show it',
  still_failing: 'subjects still failing',
  newly_inconclusive: 'subjects newly inconclusive',
  inconclusive_to_compliant: 'inconclusive before, compliant now',
  inconclusive_to_failing: 'inconclusive before, known to fail now',
  inconclusive_to_not_applicable: 'inconclusive before, not applicable now',
  inconclusive_to_gone: 'inconclusive before, the subject is gone',
  inconclusive_to_unknown: 'inconclusive before, not known what they are now',
  still_inconclusive: 'subjects still inconclusive',
  exception_added: 'exceptions added',
  exception_lapsed: 'exceptions that lapsed',
  exception_removed: 'exceptions removed',
  exception_changed: 'exceptions changed',
  attestation_valid: 'statements by people that are valid now',
  attestation_expired: 'statements by people that have expired',
  attestation_missing: 'statements by people that are missing now',
  attestation_changed: 'statements by people that were replaced',
  review_added: 'reviews added',
  review_changed: 'reviews changed',
  review_removed: 'reviews that the new report lacks',
  test_changed: 'tests that are not the same',
  source_added: 'sources added to controls',
  source_removed: 'sources taken from controls',
  population: 'sources with another population or other observed days',
  period: 'period',
  scope: 'scope',
  coverage: 'coverage of the period by runs',
  run_failed: 'runs that could not collect everything',
  not_collected: 'reads that newly fail',
  collected_again: 'failing reads that the new report lacks',
} as const;
export type ChangeKind = keyof typeof KINDS;

/**
 * A ledger entry that a change rests on, and the file of that report's pack that proves it (the tar, a slash, the
 * name within); null where there is none.
 */
export interface Reference {
  readonly report: 'old' | 'new';
  readonly entry: number;
  readonly file: string | null;
}

/** One thing that is not as it was, or that is still open. What does not apply is null. */
export interface Change {
  readonly kind: ChangeKind;
  /** Ids of the controls that it matters to. */
  readonly controls: readonly string[];
  readonly source: string | null;
  /** The strongest that the source has under any of these controls; supporting sources are never counted in a verdict. */
  readonly strength: SourceResult['strength'] | null;
  /** The subject; or the id of an exception or run, an ask, or the read that failed. */
  readonly subject: string | null;
  readonly account: string | null;
  readonly region: string | null;
  readonly before: string | null;
  readonly after: string | null;
  /** What a reader must know beside: reasons, the real error, since when, how long. */
  readonly notes: readonly string[];
  readonly entries: readonly Reference[];
}

/** One state of a subject under a source, as its body in a pack tells it. */
export interface SubjectState {
  readonly at: string;
  readonly outcome: Outcome;
  /** The subject was not in the population any more. */
  readonly gone: boolean;
  /** Whatever judged it is gone. */
  readonly unjudged: boolean;
}

/** A report, and what of its pack is at hand. */
export interface DiffSide {
  readonly report: Report;
  /** File of the pack that proves a ledger entry; null where there is none. */
  readonly fileOf?: (entry: number) => string | null;
  /** States by `subjectKey`, in order of time; a subject that is not in it is not known. */
  readonly states?: ReadonlyMap<string, readonly SubjectState[]>;
}

/** What of a report says which report it is. */
export type ReportHead = Pick<
  Report,
  'id' | 'title' | 'software' | 'asOf' | 'framework' | 'scope' | 'period' | 'days'
> & {
  readonly ledger: Pick<Report['ledger'], 'origin' | 'size' | 'root'>;
};

/** Everything that differs between two reports of one framework. */
export interface ReportDiff {
  readonly v: 1;
  readonly kind: 'witnessmark-report-diff';
  readonly old: ReportHead;
  readonly new: ReportHead;
  /** What may make the comparison itself misleading, in full sentences. */
  readonly warnings: readonly string[];
  /** How many changes of each kind there are; kinds without one are left out. */
  readonly counts: Readonly<Partial<Record<ChangeKind, number>>>;
  /** Controls with the same verdict, failures and unknowns. */
  readonly unchangedControls: number;
  readonly changes: readonly Change[];
}

/** Names one subject under one source. */
export const subjectKey = (source: string, it: { account: string; region: string; subject: string }): string =>
  [source, it.account, it.region, it.subject].join('\t');
