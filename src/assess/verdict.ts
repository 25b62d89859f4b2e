import type { Control } from '../model/framework.ts';
import type { ManualResult, SourceResult } from '../model/report.ts';
import type { Statements } from '../model/scope.ts';
import type { Verdict } from '../model/verdict.ts';

/** What a verdict is made from. */
export interface Findings {
  readonly control: Control;
  readonly sources: readonly SourceResult[];
  readonly manual: readonly ManualResult[];
  readonly statements: Statements;
  readonly days: number;
  readonly coverageThreshold: number;
}

export interface Judged {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}

/**
 * The verdict of one control over the period, with a sentence for everything that led to it. A failure
 * that is open under a `direct` or `partial` source means not met: part of the test has failed, and
 * nobody has accepted that. Only a `direct` source can, without a person, make a control met.
 */
export function verdictOf(findings: Findings): Judged {
  const excluded = notApplicable(findings);
  if (excluded) return { verdict: 'not_applicable', reasons: [excluded] };
  const reasons = reasonsOf(findings);
  return { verdict: decide(findings), reasons: reasons.length > 0 ? reasons : ['Nothing was asked of this control.'] };
}

function notApplicable({ control, statements }: Findings): string | undefined {
  const declared = statements.not_applicable.find((it) => it.control === control.id);
  if (declared) return `Declared not applicable: ${declared.reason} Approved by ${declared.approver}.`;
  if (control.applies_if && !statements.entity.includes(control.applies_if)) {
    return `Applies only where the entity is: ${control.applies_if.replaceAll('_', ' ')}. The assessment states that it is not.`;
  }
  return undefined;
}

/** Nothing that it has can make the control met: `partial` sources alone, and no person to add the rest. */
const isPartOnly = ({ sources, manual }: Findings): boolean =>
  manual.length === 0 &&
  sources.some((it) => it.strength === 'partial') &&
  sources.every((it) => it.strength !== 'direct');

function decide(findings: Findings): Verdict {
  const { sources, manual } = findings;
  const counted = sources.filter((it) => it.strength !== 'supporting' && !isNotDeployed(it));
  const awaiting = manual.some((it) => it.status !== 'valid');
  if (counted.some((it) => openFailures(it).length > 0)) return 'not_met';
  if (counted.length === 0) return manual.length === 0 ? 'not_assessed' : awaiting ? 'awaiting_attestation' : 'met';
  if (counted.every((it) => it.observations === 0)) return awaiting ? 'awaiting_attestation' : 'not_assessed';
  if (awaiting) return 'awaiting_attestation';
  // From here on every person who was asked has answered, or nobody had to be.
  if (leavesOpen(findings, counted)) return 'inconclusive';
  return counted.some((it) => it.failing.length > 0) ? 'met_with_exceptions' : 'met';
}

/**
 * An AWS Config rule or Security Hub control that nobody deployed is no evidence, and no gap either: people answer for all of
 * the control then, as they do where it has no such source. The reasons name it as not observed.
 */
const isNotDeployed = ({ source, observations, failing }: SourceResult): boolean =>
  /^(config_rule|security_hub):/.test(source) && observations === 0 && failing.length === 0;

/** Nothing fails, and yet the evidence does not reach. */
function leavesOpen(findings: Findings, counted: readonly SourceResult[]): boolean {
  const { sources, manual, days, coverageThreshold } = findings;
  const direct = sources.filter((it) => it.strength === 'direct');
  const isEmpty = direct.length > 0 && manual.length === 0 && !direct.some(hadSubjects);
  return isPartOnly(findings) || isEmpty || counted.some((it) => isOpen(it, days, coverageThreshold));
}

/** Something about the source that leaves the question open: too few days, an unread state, a missing event. */
function isOpen(source: SourceResult, days: number, threshold: number): boolean {
  return (
    source.observedDays / days < threshold ||
    source.inconclusive.length > 0 ||
    (source.wanted === 'some' && source.events === 0)
  );
}

/** Whether the source had anything to say at the end of the period: a subject to which it applies, or an event. */
const hadSubjects = ({ population, counts, events }: SourceResult): boolean =>
  population > 0 && (events !== undefined || counts.compliant + counts.non_compliant > 0);

/** Failing at the end of the period with no exception in force. */
export function openFailures(source: SourceResult): SourceResult['failing'] {
  return source.failing.filter((it) => it.to === null && it.exception === null);
}

/** What the reader must know first comes first; what is in order is said in one sentence. */
function reasonsOf(findings: Findings): string[] {
  const told = findings.sources.map((source) => ({ source, problems: problemsOf(source, findings) }));
  const problems = told.flatMap((it) => it.problems.map((problem) => ({ source: it.source, ...problem })));
  const isClean = (it: (typeof told)[number]) =>
    it.source.observations > 0 && !isEmpty(it.source) && it.problems.length === 0;
  const clean = told.filter(isClean).length;
  return [
    ...problems.toSorted(byWeight).map(({ source, text }) => `${source.title} (${source.strength}): ${text}`),
    ...listed('No resources of this type, which is recorded and no pass', findings.sources.filter(isEmpty)),
    ...listed(
      'Not observed in the period',
      findings.sources.filter((it) => it.observations === 0),
    ),
    ...(clean > 0 ? [cleanText(clean, findings.sources.length)] : []),
    ...(isPartOnly(findings) ? ['Its sources answer part of the test only, and no person is asked for the rest.'] : []),
    ...manualReasons(findings.manual),
  ];
}

/** Something to say of a source; the lower its rank, the more it weighs on the verdict. */
interface Problem {
  readonly rank: number;
  readonly text: string;
}

/** Sources that count come before supporting ones, and the worst of all of them first. */
function byWeight(a: Problem & { source: SourceResult }, b: Problem & { source: SourceResult }): number {
  const isContext = (it: { source: SourceResult }) => Number(it.source.strength === 'supporting');
  return isContext(a) - isContext(b) || a.rank - b.rank;
}

function cleanText(clean: number, all: number): string {
  const which = clean < all ? `${clean} of ${all} sources` : all === 1 ? 'Its only source' : `All ${all} sources`;
  return `${which} found nothing failing on any observed day.`;
}

/** Observed, and there was nothing of the kind at the end of the period. */
const isEmpty = ({ population, observations }: SourceResult): boolean => population === 0 && observations > 0;

/** Sources of which there is one thing to say, in one sentence: there may be dozens. */
function listed(what: string, sources: readonly SourceResult[]): string[] {
  if (sources.length === 0) return [];
  return [`${what}: ${sources.map((it) => `${it.title} (${it.strength})`).join('; ')}.`];
}

/** Worst first; nothing where the source has only good to say. */
function problemsOf(source: SourceResult, { days, coverageThreshold }: Findings): Problem[] {
  const open = openFailures(source).length;
  if (source.observations === 0)
    return open > 0
      ? [{ rank: 0, text: `${count(open, 'subject')} failing when last observed, before the period.` }]
      : [];
  const excepted = source.failing.filter((it) => it.exception !== null).length;
  const unjudged = source.failing.filter((it) => it.end === 'unjudged').length;
  const past = source.failing.filter((it) => it.to !== null).length - unjudged;
  const percent = Math.round(coverageThreshold * 100);
  const problems: [boolean, string][] = [
    [open > 0, `${count(open, 'subject')} failing at the end of the period.`],
    [
      source.inconclusive.length > 0,
      `${count(source.inconclusive.length, 'subject')} could not be judged at the end of the period.`,
    ],
    [source.wanted === 'some' && source.events === 0, 'no matching event in the period, and at least one is needed.'],
    [
      source.observedDays / days < coverageThreshold,
      `fully observed on ${source.observedDays} of ${days} days, below the ${percent} % that this assessment asks for.`,
    ],
    [excepted > 0, `${count(excepted, 'failure')} covered by an approved exception.`],
    [past > 0, pastText(source, past)],
    [
      unjudged > 0,
      `${count(unjudged, 'failure')} of which nobody can say whether it ended, because what judged it is gone.`,
    ],
  ];
  return problems.flatMap(([applies, text], rank) => (applies ? [{ rank, text }] : []));
}

function pastText(source: SourceResult, past: number): string {
  if (source.events !== undefined) return `${count(past, 'event')} that should not have happened.`;
  return `${count(past, 'failure')} in the period, remediated before its end.`;
}

/** Each document stands in the control's own table; here is only how many are there. */
function manualReasons(manual: readonly ManualResult[]): string[] {
  const [valid, expired] = (['valid', 'expired'] as const).map(
    (status) => manual.filter((it) => it.status === status).length,
  );
  if (manual.length === 0) return [];
  if (valid === manual.length) return [`Provided by people and valid: ${count(manual.length, 'item')}.`];
  const lapsed = expired ? `, of which ${expired} expired` : '';
  return [`To be provided by people: ${manual.length - (valid ?? 0)} of ${count(manual.length, 'item')}${lapsed}.`];
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
