import { populationSubject } from '../model/evidence.ts';
import type { HeadRow, ObservationRow } from '../ports/evidence-index.ts';
import { endOf, startOf } from './days.ts';
import type { AssessmentInput, SourceDefinition, SourceEvidence } from './input.ts';
import { noteTouched, type Touched } from './not-collected.ts';
import { type Placed, scopeOf } from './scope.ts';
import { type SourceFindings, sourceFindings } from './source.ts';

/** All evidence brought down to what an assessment needs of it. */
export interface Reduced {
  /** Findings of every source that a control names, those without evidence too. */
  readonly findings: ReadonlyMap<string, SourceFindings>;
  /** What failed reads leave open. */
  readonly touched: Touched;
  /** Pieces of evidence under sources that a control names. */
  readonly evidence: number;
  /** Different resources that these are about. */
  readonly resources: number;
}

/** Reads the evidence once, source by source, and keeps no row. `sources` are those that a control names. */
export async function reduce(
  input: AssessmentInput,
  days: readonly string[],
  sources: ReadonlyMap<string, SourceDefinition>,
): Promise<Reduced> {
  const inScope = scopeOf(input.scope);
  const observations = observationsBySource(input, inScope);
  const findings = new Map<string, SourceFindings>();
  const touched: Touched = new Map();
  const resources = new Set<string>();
  let count = 0;
  const find = (source: string, definition: SourceDefinition, evidence: readonly HeadRow[]): void => {
    const rows = { evidence, observations: observations.get(source) ?? [] };
    findings.set(source, sourceFindings(input, days, { source, definition, rows }));
  };
  for await (const rows of input.evidence) {
    noteTouched(touched, reaching(input, rows));
    const { source } = rows[0].evidence;
    const definition = sources.get(source);
    if (!definition) continue;
    count += rows.length;
    for (const { evidence } of rows)
      if (isResource(evidence)) resources.add(`${evidence.account}\t${evidence.subject}`);
    find(
      source,
      definition,
      rows.filter(({ evidence }) => inScope(evidence) && inPeriod(input, evidence)),
    );
  }
  for (const [source, definition] of sources) if (!findings.has(source)) find(source, definition, []);
  return { findings, touched, evidence: count, resources: resources.size };
}

function observationsBySource(
  { observations, period }: AssessmentInput,
  inScope: (it: Placed) => boolean,
): Map<string, ObservationRow[]> {
  return Map.groupBy(
    observations.filter((row) => {
      const { day } = row.observation;
      return day >= period.from && day <= period.to && inScope(row);
    }),
    (row) => row.observation.source,
  );
}

/** States count from before the period on; events by when they happened, whenever they were ingested. */
function inPeriod({ period }: AssessmentInput, { at, event }: HeadRow['evidence']): boolean {
  if (!event) return at <= endOf(period);
  return event.eventTime >= startOf(period) && event.eventTime <= endOf(period);
}

/** Evidence that says something of the period: what was seen in it, and what still held when it began. */
function reaching({ period }: AssessmentInput, rows: SourceEvidence): HeadRow[] {
  const [start, end] = [startOf(period), endOf(period)];
  const held = new Map<string, number>();
  for (const { index, evidence } of rows) if (evidence.at < start) held.set(keyOf(evidence), index);
  return rows.filter(
    ({ index, evidence }) => evidence.at <= end && (evidence.at >= start || held.get(keyOf(evidence)) === index),
  );
}

const keyOf = ({ account, region, subject }: HeadRow['evidence']): string => `${account}\t${region}\t${subject}`;

const isResource = ({ event, subject, resourceType }: HeadRow['evidence']): boolean =>
  !event && subject !== populationSubject(resourceType);
