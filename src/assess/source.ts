import { zeroCounts } from '../model/evidence.ts';
import type { EvidenceSource } from '../model/framework.ts';
import { evidenceKey } from '../model/framework.ts';
import type { SourceResult } from '../model/report.ts';
import type { SourceSample } from '../model/sample.ts';
import type { HeadRow, ObservationRow } from '../ports/evidence-index.ts';
import { startOf } from './days.ts';
import { applyExceptions } from './exceptions.ts';
import type { AssessmentInput, SourceDefinition } from './input.ts';
import { sampleOf } from './sample.ts';
import type { Place } from './strip.ts';
import { dayStrip, observedDays, placeOf } from './strip.ts';
import type { History } from './subjects.ts';
import { eventInterval, failingIntervals, histories, inconclusiveAtEnd, inconclusiveEvent } from './subjects.ts';

/** The evidence and the observations of one source, in scope and up to the end of the period. */
export interface SourceRows {
  readonly evidence: readonly HeadRow[];
  /** Those that cover a day of the period. */
  readonly observations: readonly ObservationRow[];
}

type Automated = Exclude<EvidenceSource, { manual: unknown }>;

/** What one source says over the period, whichever control asks. */
export type SourceSays = Pick<
  SourceResult,
  | 'population'
  | 'counts'
  | 'days'
  | 'observedDays'
  | 'observations'
  | 'digests'
  | 'failing'
  | 'inconclusive'
  | 'events'
  | 'wanted'
>;

/** That, and what it rests on. */
export type SourceFindings = SourceSays & {
  /** Ledger indices of its evidence. */
  readonly entries: readonly number[];
  readonly sample: SourceSample;
};

/** What one source says over the period, with its evidence and its sample. Holds on to no row. Pure. */
export function sourceFindings(
  input: Pick<AssessmentInput, 'scope' | 'period' | 'root'>,
  days: readonly string[],
  { source, definition, rows }: { source: string; definition: SourceDefinition; rows: SourceRows },
): SourceFindings {
  const subjects = histories(rows.evidence);
  return {
    ...sourceSays(input, days, { definition, rows }),
    entries: rows.evidence.map((it) => it.index),
    sample: sampleOf(source, input.root, definition.kind === 'state' ? statesAtEnd(subjects) : eventsOf(subjects)),
  };
}

/** What one source says over the period. Pure. */
export function sourceSays(
  input: Pick<AssessmentInput, 'scope' | 'period'>,
  days: readonly string[],
  { definition, rows }: { definition: SourceDefinition; rows: SourceRows },
): SourceSays {
  const newest = newestByPlace(rows.observations);
  const strip = dayStrip(days, placesOf(input, definition), rows.observations);
  const subjects = histories(rows.evidence);
  const events = eventsOf(subjects);
  const isState = definition.kind === 'state';
  const start = startOf(input.period);
  return {
    ...totals(isState ? [...newest.values()] : rows.observations),
    days: strip,
    observedDays: observedDays(strip),
    observations: rows.observations.length,
    digests: Object.fromEntries([...newest].sort().map(([place, row]) => [place, row.observation.digest])),
    failing: isState
      ? subjects.flatMap((history) => failingIntervals(history, start))
      : events.filter((row) => row.evidence.outcome === 'non_compliant').map(eventInterval),
    inconclusive: isState
      ? subjects.flatMap((history) => inconclusiveAtEnd(history) ?? [])
      : events.flatMap(inconclusiveEvent),
    ...(isState ? {} : { events: matched(events), wanted: definition.wanted ?? 'any' }),
  };
}

/** Trails overlap and files are delivered twice: an event counts once, however often it was ingested. */
const eventsOf = (subjects: readonly History[]): HeadRow[] => subjects.flatMap((history) => history.slice(0, 1));

/** What one source says about one control: its findings with what the control says of it. */
export function sourceResult(
  { statements, period }: Pick<AssessmentInput, 'statements' | 'period'>,
  asked: { control: string; source: Automated; definition: SourceDefinition; findings: SourceFindings },
): SourceResult {
  const { control, source, definition, findings } = asked;
  const { failing, inconclusive, events, wanted, entries: _entries, sample: _sample, ...counts } = findings;
  const key = evidenceKey(source);
  return {
    source: key,
    title: definition.title,
    strength: source.strength,
    why: source.why,
    ...(definition.applies === undefined ? {} : { applies: definition.applies }),
    ...(definition.expect === undefined ? {} : { expect: definition.expect }),
    ...(definition.sha256 === undefined ? {} : { expressionSha256: definition.sha256 }),
    params: definition.params,
    remediation: definition.remediation,
    ...counts,
    failing: applyExceptions(failing, {
      exceptions: statements.exceptions,
      source: key,
      control,
      lastDay: period.to,
    }),
    inconclusive,
    ...(events === undefined ? {} : { events, wanted }),
  };
}

const statesAtEnd = (subjects: readonly History[]): HeadRow[] =>
  subjects.flatMap((history) => history.slice(-1).filter(({ evidence }) => evidence.change !== 'absent'));

const matched = (events: readonly HeadRow[]): number =>
  events.filter((row) => row.evidence.outcome !== 'inconclusive').length;

function placesOf({ scope }: Pick<AssessmentInput, 'scope'>, definition: SourceDefinition): Place[] {
  const regions = definition.scope === 'global' ? ['global'] : scope.regions;
  return scope.accounts.flatMap((account) => regions.map((region) => `${account}/${region}`));
}

function newestByPlace(rows: readonly ObservationRow[]): Map<Place, ObservationRow> {
  return new Map(rows.map((row) => [placeOf(row), row]));
}

/** Events of different days add up; the states of a place are those of its newest observation. */
function totals(newest: readonly ObservationRow[]): Pick<SourceResult, 'population' | 'counts'> {
  const counts = zeroCounts();
  let population = 0;
  for (const { observation } of newest) {
    population += observation.population;
    for (const outcome of Object.keys(counts) as (keyof typeof counts)[])
      counts[outcome] += observation.counts[outcome];
  }
  return { population, counts };
}
