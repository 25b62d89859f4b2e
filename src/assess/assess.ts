import type { Control, EvidenceSource } from '../model/framework.ts';
import { evidenceKey } from '../model/framework.ts';
import type { ControlResult, FailingInterval, Report } from '../model/report.ts';
import type { Verdict } from '../model/verdict.ts';
import { Verdict as Verdicts } from '../model/verdict.ts';
import { daysOf, endOf, startOf } from './days.ts';
import { concerns, inForce } from './exceptions.ts';
import type { AssessmentInput, SourceDefinition } from './input.ts';
import { manualResults } from './manual.ts';
import { notCollected } from './not-collected.ts';
import { type Reduced, reduce } from './reduce.ts';
import { reviewOf } from './reviews.ts';
import { coverageOf, reportedRuns } from './runs.ts';
import { type SourceFindings, sourceResult } from './source.ts';
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
 * result, now and in seven years. The recorded calls of samples are left to whoever can read them.
 */
export async function assess(input: AssessmentInput): Promise<Assessment> {
  const days = daysOf(input.period);
  const reduced = await reduce(input, days, sourcesOf(input));
  const findingsOf = (source: string): SourceFindings => found(reduced.findings, source);
  const controls = input.framework.control_sets.flatMap((set) =>
    set.controls.map((control) => controlResult(input, days, { set: set.id, control, findingsOf })),
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
    summary: summaryOf(reduced, controls),
    coverage: coverageOf(days, runs),
    sets: input.framework.control_sets.map(({ id, title }) => ({ id, title })),
    controls,
    exceptions: reportedExceptions(input, controls),
    runs,
    notCollected: notCollected(runs, reduced.touched, controlsBySource(input)),
    samples: samplesOf(controls, findingsOf),
    signOff: input.statements.sign_off,
    limitations: [...LIMITATIONS, ...playedText(runs), ...lookupText(runs)],
  };
}

/** Every automated source that a control names, with its definition. */
function sourcesOf(input: AssessmentInput): Map<string, SourceDefinition> {
  const sources = input.framework.control_sets.flatMap((set) => set.controls.flatMap((control) => control.sources));
  return new Map(
    sources.flatMap((source) => ('manual' in source ? [] : [[evidenceKey(source), definitionOf(input, source)]])),
  );
}

function samplesOf(controls: readonly ControlResult[], findingsOf: Asked['findingsOf']): Assessment['samples'] {
  const sources = new Set(controls.flatMap((control) => control.sources.map((it) => it.source)));
  return [...sources].map((source) => findingsOf(source).sample).filter((it) => it.population > 0);
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

/** What the event history holds is neither everything nor signed. */
function lookupText(runs: Report['runs']): string[] {
  const looks = runs.filter((it) => it.via === 'lookup').length;
  if (looks === 0) return [];
  return [
    `${looks} ingests read CloudTrail's event history (LookupEvents) and no log files: it holds management events of 90 days, found by the attributes that the event selectors can be asked for, and no digest proves that none is missing.`,
  ];
}

interface Asked {
  readonly set: string;
  readonly control: Control;
  readonly findingsOf: (source: string) => SourceFindings;
}

function controlResult(
  input: AssessmentInput,
  days: readonly string[],
  { set, control, findingsOf }: Asked,
): ControlResult {
  const sources = control.sources.flatMap((source) => {
    if ('manual' in source) return [];
    const definition = definitionOf(input, source);
    return [
      sourceResult(input, { control: control.id, source, definition, findings: findingsOf(evidenceKey(source)) }),
    ];
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
    review: reviewOf(control.id, input.statements.reviews, entriesOf(sources, findingsOf)),
  };
}

/** Ledger indices of the evidence under a control. */
function* entriesOf(sources: ControlResult['sources'], findingsOf: Asked['findingsOf']): Generator<number> {
  for (const { source } of sources) yield* findingsOf(source).entries;
}

function found(findings: Reduced['findings'], source: string): SourceFindings {
  const known = findings.get(source);
  if (!known) throw new RangeError(`nothing was found out about ${source}`);
  return known;
}

function definitionOf(input: AssessmentInput, source: EvidenceSource): SourceDefinition {
  const key = evidenceKey(source);
  const definition = input.definitions.get(key);
  if (!definition) throw new RangeError(`no definition was given for ${key}`);
  return definition;
}

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

function summaryOf(reduced: Reduced, controls: readonly ControlResult[]): Report['summary'] {
  const verdicts = Object.fromEntries(Verdicts.options.map((it) => [it, 0])) as Record<Verdict, number>;
  for (const { verdict } of controls) verdicts[verdict] += 1;
  return {
    verdicts,
    automated: controls.filter((it) => it.sources.length > 0).length,
    manualOnly: controls.filter((it) => it.sources.length === 0).length,
    resources: reduced.resources,
    evidence: reduced.evidence,
    failing: subjectsOf(controls, (it) => (it.strength === 'supporting' ? [] : openFailures(it))),
    remediated: subjectsOf(controls, (it) => (it.events === undefined ? it.failing.filter(isPutRight) : [])),
  };
}

/** A failure that ended because nobody judges it any more was not put right. */
const isPutRight = (it: FailingInterval): boolean => it.to !== null && it.end !== 'unjudged';

type Source = ControlResult['sources'][number];

/**
 * Different subjects, source by source. Under one control a failure may be excepted and under another
 * not, so every control is asked.
 */
function subjectsOf(controls: readonly ControlResult[], pick: (it: Source) => readonly { subject: string }[]): number {
  const seen = new Set<string>();
  for (const source of controls.flatMap((control) => control.sources)) {
    for (const { subject } of pick(source)) seen.add(`${source.source}\t${subject}`);
  }
  return seen.size;
}

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
