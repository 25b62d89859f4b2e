import { populationSubject } from '../model/evidence.ts';
import type { Control, EvidenceSource } from '../model/framework.ts';
import { evidenceKey } from '../model/framework.ts';
import type { ControlResult, Report } from '../model/report.ts';
import type { Verdict } from '../model/verdict.ts';
import { Verdict as Verdicts } from '../model/verdict.ts';
import type { EvidenceRow } from '../ports/evidence-index.ts';
import { daysOf, endOf, startOf } from './days.ts';
import { concerns, inForce } from './exceptions.ts';
import type { AssessmentInput, SourceDefinition } from './input.ts';
import { manualResults } from './manual.ts';
import { notCollected } from './not-collected.ts';
import { reviewOf } from './reviews.ts';
import { coverageOf, reportedRuns } from './runs.ts';
import type { SourceRows } from './source.ts';
import { sourceResult } from './source.ts';
import { openFailures, verdictOf } from './verdict.ts';

/** Everything of a report but its name, its ledger head and its signing certificate. */
export type Assessment = Pick<
  Report,
  | 'scope'
  | 'period'
  | 'days'
  | 'coverageThreshold'
  | 'summary'
  | 'coverage'
  | 'sets'
  | 'controls'
  | 'exceptions'
  | 'runs'
  | 'notCollected'
  | 'samples'
  | 'signOff'
  | 'limitations'
>;

/**
 * Assesses a framework over a period from the ledger's evidence. Pure: the same input gives the same
 * result, now and in seven years.
 */
export function assess(input: AssessmentInput): Assessment {
  const days = daysOf(input.period);
  const rowsOf = rowsBySource(input);
  const controls = input.framework.control_sets.flatMap((set) =>
    set.controls.map((control) => controlResult(input, days, { set: set.id, control, rowsOf })),
  );
  const runs = reportedRuns(
    input.runs.filter(({ plan }) => plan.at >= startOf(input.period) && plan.at <= endOf(input.period)),
    input.scope,
  );
  return {
    scope: input.scope,
    period: input.period,
    days: days.length,
    coverageThreshold: input.coverageThreshold,
    summary: summaryOf(input, controls),
    coverage: coverageOf(days, runs),
    sets: input.framework.control_sets.map(({ id, title }) => ({ id, title })),
    controls,
    exceptions: reportedExceptions(input, controls),
    runs,
    notCollected: notCollected(runs, input.evidence.filter(reaches(input)), controlsBySource(input)),
    samples: [],
    signOff: input.statements.sign_off,
    limitations: [...LIMITATIONS, ...playedText(runs)],
  };
}

/** True of every report, and said in every report. */
const LIMITATIONS = [
  'The ledger proves that evidence was not changed, removed or reordered since it was collected. It does not prove that AWS or the collecting role told the truth at the time.',
  'Checks speak of the AWS resources in the stated accounts and regions. Which of them are in the scope of the audit is for the entity and its auditor to say.',
  'A state is known at the times of the runs that are listed. What happened and was undone between two runs is visible only where CloudTrail events were ingested.',
  'CloudTrail populations count the delivered log files that were ingested. That no file is missing is not proven unless the digest chain of CloudTrail was verified.',
];

/** A recording is as good as whoever made it: a reader must know that one was played. */
function playedText(runs: Report['runs']): string[] {
  const collected = runs.filter((it) => it.mode === 'collect');
  const played = collected.filter((it) => it.via === 'recording').length;
  if (played === 0) return [];
  return [
    `${played} of ${collected.length} collection runs were played from a recording and not read from AWS when they were sealed. The recording itself is not proven.`,
  ];
}

interface Asked {
  readonly set: string;
  readonly control: Control;
  readonly rowsOf: (source: string) => SourceRows;
}

function controlResult(
  input: AssessmentInput,
  days: readonly string[],
  { set, control, rowsOf }: Asked,
): ControlResult {
  const sources = control.sources.flatMap((source) => {
    if ('manual' in source) return [];
    const definition = definitionOf(input, source);
    return [sourceResult(input, days, { control: control.id, source, definition, rows: rowsOf(evidenceKey(source)) })];
  });
  const manual = manualResults(control, input.statements.attestations, input.period.to);
  const { verdict, reasons } = verdictOf({
    control,
    sources,
    manual,
    statements: input.statements,
    days: days.length,
    coverageThreshold: input.coverageThreshold,
  });
  return {
    id: control.id,
    set,
    title: control.title,
    ...(control.description === undefined ? {} : { description: control.description }),
    ...(control.testing === undefined ? {} : { testing: control.testing }),
    ...(control.action_plan === undefined ? {} : { actionPlan: control.action_plan }),
    responsibility: control.responsibility,
    ...(control.status === undefined ? {} : { status: control.status }),
    verdict,
    reasons: [...reasons],
    sources,
    manual,
    review: reviewOf(control.id, input.statements.reviews, entriesOf(control, rowsOf)),
  };
}

/** Ledger indices of the evidence under a control. */
function* entriesOf(control: Control, rowsOf: Asked['rowsOf']): Generator<number> {
  for (const source of control.sources) {
    if (!('manual' in source)) for (const { index } of rowsOf(evidenceKey(source)).evidence) yield index;
  }
}

function definitionOf(input: AssessmentInput, source: EvidenceSource): SourceDefinition {
  const key = evidenceKey(source);
  const definition = input.definitions.get(key);
  if (!definition) throw new RangeError(`no definition was given for ${key}`);
  return definition;
}

/** Evidence that says something of the period: what was seen in it, and what still held when it began. */
function reaches(input: AssessmentInput): (row: EvidenceRow) => boolean {
  const key = ({ evidence: it }: EvidenceRow) => [it.source, it.account, it.region, it.subject].join('\t');
  const before = input.evidence.filter(({ evidence }) => evidence.at < startOf(input.period));
  const held = new Set(new Map(before.map((row) => [key(row), row.index])).values());
  return ({ index, evidence }) =>
    evidence.at <= endOf(input.period) && (evidence.at >= startOf(input.period) || held.has(index));
}

/** Rows of each source: evidence in scope up to the end of the period, observations of its days. */
function rowsBySource(input: AssessmentInput): (source: string) => SourceRows {
  const accounts = new Set(input.scope.accounts);
  const regions = new Set(['global', ...input.scope.regions]);
  const inScope = (it: { account: string; region: string }): boolean =>
    accounts.has(it.account) && regions.has(it.region);
  const end = endOf(input.period);
  const evidence = Map.groupBy(
    input.evidence.filter(({ evidence }) =>
      evidence.event ? eventInPeriod(evidence.event.eventTime, input) : evidence.at <= end,
    ),
    (row) => row.evidence.source,
  );
  const observations = Map.groupBy(
    input.observations.filter(({ observation: { day } }) => day >= input.period.from && day <= input.period.to),
    (row) => row.observation.source,
  );
  return (source) => ({
    evidence: (evidence.get(source) ?? []).filter((row) => inScope(row.evidence)),
    observations: (observations.get(source) ?? []).filter(inScope),
  });
}

/** Events count by when they happened, whenever they were ingested. */
const eventInPeriod = (eventTime: string, { period }: AssessmentInput): boolean =>
  eventTime >= startOf(period) && eventTime <= endOf(period);

function controlsBySource({ framework }: AssessmentInput): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const control of framework.control_sets.flatMap((set) => set.controls)) {
    for (const source of control.sources) {
      const key = evidenceKey(source);
      found.set(key, (found.get(key) ?? new Set()).add(control.id));
    }
  }
  return found;
}

function summaryOf(input: AssessmentInput, controls: readonly ControlResult[]): Report['summary'] {
  const verdicts = Object.fromEntries(Verdicts.options.map((it) => [it, 0])) as Record<Verdict, number>;
  for (const { verdict } of controls) verdicts[verdict] += 1;
  // Under one control a failure may be excepted and under another not, so every control is asked.
  const sources = controls.flatMap((control) => control.sources);
  const keys = new Set(sources.map((it) => it.source));
  const subjects = (pick: (it: ControlResult['sources'][number]) => readonly { subject: string }[]): number =>
    new Set(sources.flatMap((it) => pick(it).map(({ subject }) => `${it.source}\t${subject}`))).size;
  const used = input.evidence.filter((row) => keys.has(row.evidence.source));
  return {
    verdicts,
    automated: controls.filter((it) => it.sources.length > 0).length,
    manualOnly: controls.filter((it) => it.sources.length === 0).length,
    resources: new Set(used.filter(isResource).map(({ evidence }) => `${evidence.account}\t${evidence.subject}`)).size,
    evidence: used.length,
    failing: subjects((it) => (it.strength === 'supporting' ? [] : openFailures(it))),
    remediated: subjects((it) => (it.events === undefined ? it.failing.filter((one) => one.to !== null) : [])),
  };
}

const isResource = ({ evidence }: EvidenceRow): boolean =>
  !evidence.event && evidence.subject !== populationSubject(evidence.resourceType);

function reportedExceptions(
  { statements, period }: AssessmentInput,
  controls: readonly ControlResult[],
): Report['exceptions'] {
  return statements.exceptions.map((exception) => {
    const subjects = controls.flatMap((control) =>
      control.sources.flatMap((source) =>
        source.failing
          .filter((it) => concerns(exception, source.source, it.subject, control.id))
          .map((it) => it.subject),
      ),
    );
    const isExpired = exception.expires < period.to;
    const state = isExpired ? 'expired' : inForce(exception, period.to) && subjects.length > 0 ? 'in_force' : 'unused';
    return { ...exception, state, subjects: [...new Set(subjects)].sort() };
  });
}
