import { populationSubject } from '../../../model/evidence.ts';
import type { Report, SourceResult } from '../../../model/report.ts';
import type { FailureKind } from '../../../model/retrieval.ts';
import { count, percent, plural } from '../../numbers.ts';

/** What was planned, what came of it, and what is known at the end. All numbers are of the scope and the period. */
export interface Completeness {
  /** Collection runs, and those of them that never ended. */
  readonly runs: number;
  readonly interrupted: number;
  readonly planned: number;
  readonly collected: number;
  /** Tasks with at least one read that failed. */
  readonly failed: number;
  /** Tasks of which no result is recorded, because their run never ended. */
  readonly unanswered: number;
  readonly days: { readonly complete: number; readonly incomplete: number; readonly none: number };
  /** Sources that judge states, each once; those that match events have no subjects between events. */
  readonly sources: number;
  /** Subjects under those sources by the newest observation of each account and region. */
  readonly subjects: number;
  /** Those that could not be judged at the end, and how many of them stand for a population that could not be listed. */
  readonly inconclusive: number;
  readonly unlisted: number;
}

/** Each source once: it is the same under every control that uses it. */
export function distinctSources({ controls }: Pick<Report, 'controls'>): SourceResult[] {
  return [...new Map(controls.flatMap((it) => it.sources).map((it) => [it.source, it])).values()];
}

/** Adds up a report's runs, days and sources. */
export function completenessOf(report: Report): Completeness {
  const { coverage, days } = report;
  const runs = report.runs.filter((it) => it.mode === 'collect');
  const failed = runs.reduce((sum, it) => sum + it.failed.length, 0);
  const states = distinctSources(report).filter((it) => it.events === undefined);
  const open = states.flatMap((it) => it.inconclusive);
  const daysOf = (code: string): number => [...coverage.days].filter((it) => it === code).length;
  return {
    runs: runs.length,
    interrupted: runs.filter((it) => it.state === 'interrupted').length,
    planned: coverage.expectedTasks,
    collected: coverage.collectedTasks,
    failed,
    unanswered: Math.max(0, coverage.expectedTasks - coverage.collectedTasks - failed),
    days: { complete: daysOf('c'), incomplete: daysOf('p'), none: days - daysOf('c') - daysOf('p') },
    sources: states.length,
    subjects: states.reduce((sum, it) => sum + it.population, 0),
    inconclusive: open.length,
    unlisted: open.filter((it) => it.subject.startsWith(populationSubject(''))).length,
  };
}

/** The statement as sentences that can be quoted; none says more than the numbers do. */
export function completenessSentences(it: Completeness, days: number): string[] {
  if (it.planned === 0) {
    return ['No task was planned in the period: this report knows nothing of the state of the accounts in it.'];
  }
  return [tasksSentence(it), daysSentence(it, days), subjectsSentence(it)];
}

function tasksSentence(it: Completeness): string {
  const planned = `Of ${plural(it.planned, 'task')} that ${it.planned === 1 ? 'was' : 'were'} planned in ${plural(it.runs, 'collection run')} of the period`;
  const parts = [
    `${count(it.collected)} (${percent(it.collected, it.planned)}) ${were(it.collected)} carried out without a failed read`,
    `${count(it.failed)} had at least one read that failed`,
  ];
  const unanswered = `${count(it.unanswered)} ${it.unanswered === 1 ? 'has' : 'have'} no answer on record, because the run never ended`;
  return it.unanswered === 0
    ? `${planned}, ${parts.join(' and ')}.`
    : `${planned}, ${parts.join(', ')}, and ${unanswered}.`;
}

const were = (number: number): string => (number === 1 ? 'was' : 'were');

function daysSentence({ days: it }: Completeness, days: number): string {
  return `On ${count(it.complete)} of ${plural(days, 'day')} at least one run was complete, on ${count(it.incomplete)} runs were incomplete only, and on ${count(it.none)} no run ended.`;
}

function subjectsSentence(it: Completeness): string {
  if (it.subjects === 0 && it.inconclusive === 0) return 'No subject was on record at the end of the period.';
  const unlisted =
    it.unlisted === 0
      ? ''
      : `, of which ${count(it.unlisted)} ${it.unlisted === 1 ? 'is a population' : 'are populations'} that could not be listed, with an unknown number of subjects`;
  return `At the end of the period ${plural(it.subjects, 'subject')} under ${plural(it.sources, 'source')} ${were(it.subjects)} on record, and ${count(it.inconclusive)} could not be judged${unlisted}.`;
}

/** What reads that failed for one reason left open. */
export interface Cause {
  /** Null where no read failed, and yet a subject could not be judged. */
  readonly kind: FailureKind | null;
  /** Reads of different places, operations or errors. */
  readonly reads: number;
  /** Subjects that they left open at any time in the period; one that two reads left open counts twice. */
  readonly subjects: number;
  /** Subjects under a source that are inconclusive at the end of the period for this reason. */
  readonly atEnd: number;
  /** Controls with a source that needs what was not read. */
  readonly controls: readonly string[];
}

/** Failed reads and inconclusive subjects by cause, what leaves most open first. */
export function causesOf(report: Report): Cause[] {
  const ended = distinctSources(report).flatMap((it) => it.inconclusive);
  const kinds = new Set<FailureKind | null>([
    ...report.notCollected.map((it) => it.failure.kind),
    ...ended.map((it) => it.failure?.kind ?? null),
  ]);
  const order = report.controls.map((it) => it.id);
  const causes = [...kinds].map((kind): Cause => {
    const reads = report.notCollected.filter((it) => it.failure.kind === kind);
    const controls = new Set([...reads.flatMap((it) => it.controls), ...controlsLeftOpen(report, kind)]);
    return {
      kind,
      reads: reads.length,
      subjects: reads.reduce((sum, it) => sum + it.subjects, 0),
      atEnd: ended.filter((it) => (it.failure?.kind ?? null) === kind).length,
      controls: order.filter((it) => controls.has(it)),
    };
  });
  return causes.sort((a, b) => b.atEnd - a.atEnd || b.reads - a.reads || (String(a.kind) < String(b.kind) ? -1 : 1));
}

const controlsLeftOpen = ({ controls }: Report, kind: FailureKind | null): string[] =>
  controls
    .filter((it) =>
      it.sources.some((source) => source.inconclusive.some((one) => (one.failure?.kind ?? null) === kind)),
    )
    .map((it) => it.id);
