import { zeroCounts } from '../model/evidence.ts';
import type { EvidenceSource } from '../model/framework.ts';
import { evidenceKey } from '../model/framework.ts';
import type { SourceResult } from '../model/report.ts';
import type { EvidenceRow, ObservationRow } from '../ports/evidence-index.ts';
import { startOf } from './days.ts';
import { applyExceptions } from './exceptions.ts';
import type { AssessmentInput, SourceDefinition } from './input.ts';
import type { Place } from './strip.ts';
import { dayStrip, observedDays, placeOf } from './strip.ts';
import { eventInterval, failingIntervals, histories, inconclusiveAtEnd, inconclusiveEvent } from './subjects.ts';

/** The evidence and the observations of one source, in scope and up to the end of the period. */
export interface SourceRows {
  readonly evidence: readonly EvidenceRow[];
  /** Those that cover a day of the period. */
  readonly observations: readonly ObservationRow[];
}

type Automated = Exclude<EvidenceSource, { manual: unknown }>;

/** What one source says about one control over the period. Pure. */
export function sourceResult(
  input: AssessmentInput,
  days: readonly string[],
  asked: { control: string; source: Automated; definition: SourceDefinition; rows: SourceRows },
): SourceResult {
  const { control, source, definition, rows } = asked;
  const key = evidenceKey(source);
  const places = placesOf(input, definition);
  const newest = newestByPlace(rows.observations);
  const strip = dayStrip(days, places, rows.observations);
  const subjects = histories(rows.evidence);
  // Trails overlap and files are delivered twice: an event counts once, however often it was ingested.
  const events = subjects.flatMap((history) => history.slice(0, 1));
  const failing =
    definition.kind === 'state'
      ? subjects.flatMap((history) => failingIntervals(history, startOf(input.period)))
      : events.filter((row) => row.evidence.outcome === 'non_compliant').map(eventInterval);
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
    ...totals(definition.kind === 'events' ? rows.observations : [...newest.values()]),
    days: strip,
    observedDays: observedDays(strip),
    observations: rows.observations.length,
    digests: Object.fromEntries([...newest].sort().map(([place, row]) => [place, row.observation.digest])),
    failing: applyExceptions(failing, {
      exceptions: input.statements.exceptions,
      source: key,
      control,
      lastDay: input.period.to,
    }),
    inconclusive:
      definition.kind === 'state'
        ? subjects.flatMap((history) => inconclusiveAtEnd(history) ?? [])
        : events.flatMap(inconclusiveEvent),
    ...(definition.kind === 'events' ? { events: matched(events), wanted: definition.wanted ?? 'any' } : {}),
  };
}

const matched = (events: readonly EvidenceRow[]): number =>
  events.filter((row) => row.evidence.outcome !== 'inconclusive').length;

function placesOf({ scope }: AssessmentInput, definition: SourceDefinition): Place[] {
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
