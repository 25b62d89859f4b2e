import { z } from 'zod';
import { daysOf, endOf, startOf } from '../../../assess/days.ts';
import type { SourceDefinition } from '../../../assess/input.ts';
import { scopeOf } from '../../../assess/scope.ts';
import { type SourceRows, type SourceSays, sourceSays } from '../../../assess/source.ts';
import { canonicalize, sha256Hex } from '../../../ledger/canonical.ts';
import type { Report, SourceResult } from '../../../model/report.ts';
import { PATHS } from '../../paths.ts';
import { type BodyScan, byTime, type EvidenceState } from '../bodies.ts';
import { findingList, PackFault } from '../fault.ts';
import type { Pack } from '../pack.ts';
import { placed } from '../population.ts';
import type { StepOutcome } from '../types.ts';

/**
 * What was assessed is what an entry has pinned, and what the report says of each source (its population, its days,
 * what failed when, what could not be judged) follows from the evidence of the pack. So whoever has the document key
 * cannot sign other results over true evidence. Verdicts are not reached again.
 */
export async function results(pack: Pack): Promise<StepOutcome> {
  const [report, bodies] = [await pack.report(), await pack.bodies()];
  const { findings, add } = findingList();
  const tell = (message: string): void => add({ file: PATHS.json, message });
  const definitions = pinnedDefinitions(report, bodies, tell);
  const rowsOf = sourceRows(report, bodies);
  const made = new Map<string, string>();
  const expectedOf = (source: string, definition: SourceDefinition): string => {
    const known =
      made.get(source) ?? said(sourceSays(report, daysOf(report.period), { definition, rows: rowsOf(source) }));
    made.set(source, known);
    return known;
  };
  for (const { id, sources } of report.controls) {
    for (const found of sources) {
      const definition = definitions.get(found.source);
      if (definition === undefined) tell(`${id}: ${found.source} is not defined by the framework that was assessed`);
      else if (said(found) !== expectedOf(found.source, definition))
        tell(
          `${id}, ${found.source}: ${difference(found, expectedOf(found.source, definition))} does not follow from the evidence`,
        );
    }
  }
  return { findings };
}

const COMPARED = [
  'population',
  'counts',
  'days',
  'observedDays',
  'observations',
  'digests',
  'events',
  'wanted',
  'inconclusive',
] as const;

/** What is compared, as one text. Which exceptions cover a failure is for the control, and not from the evidence. */
function said(it: SourceSays | SourceResult): string {
  const parts = COMPARED.flatMap((key) => (it[key] === undefined ? [] : [[key, it[key]] as const]));
  const failing = it.failing.map((interval) => ({ ...interval, exception: null }));
  return canonicalize({ ...Object.fromEntries(parts), failing });
}

function difference(found: SourceResult, expected: string): string {
  const [one, other]: Record<string, unknown>[] = [JSON.parse(said(found)), JSON.parse(expected)];
  const keys = [...COMPARED, 'failing'].filter((key) => JSON.stringify(one?.[key]) !== JSON.stringify(other?.[key]));
  return keys.map((key) => `\`${key}\``).join(', ');
}

/** What a pinned framework says of a source, as far as it matters here. */
const Pinned = z.object({
  framework: z.object({ control_sets: z.array(z.object({ controls: z.array(z.object({ id: z.string() })) })) }),
  definitions: z.record(
    z.string(),
    z.object({
      scope: z.enum(['global', 'regional']),
      kind: z.enum(['state', 'events']),
      wanted: z.enum(['none', 'some', 'any']).optional(),
    }),
  ),
});

/** Definitions of the sources, from the framework that the report names; says what is not as it was pinned. */
function pinnedDefinitions(
  report: Report,
  { pinned }: BodyScan,
  tell: (message: string) => void,
): ReadonlyMap<string, SourceDefinition> {
  for (const { index, body } of pinned) {
    const content = body.kind === 'framework' ? body.framework : body.definition;
    if (sha256Hex(canonicalize(content)) !== body.sha256)
      tell(`ledger entry ${index}: its sha256 is not that of what it pins`);
  }
  const { scope, period, coverageThreshold } = report;
  const told = canonicalize({ framework: report.framework.sha256, scope, period, coverageThreshold });
  const isTold = pinned.some(({ body }) => {
    if (body.kind !== 'assessment') return false;
    const { framework, scope, period, coverageThreshold } = body.definition;
    return told === canonicalize({ framework, scope, period, coverageThreshold });
  });
  if (!isTold) tell('no assessment in the pack pins its framework, scope, period and threshold');
  const framework = pinned.find(({ body }) => body.kind === 'framework' && body.sha256 === report.framework.sha256);
  const parsed = Pinned.safeParse(framework?.body.kind === 'framework' ? framework.body.framework : undefined);
  if (!parsed.success)
    throw new PackFault({ file: PATHS.bodies, message: 'does not hold the framework of the report' });
  const ids = parsed.data.framework.control_sets.flatMap(({ controls }) => controls.map(({ id }) => id));
  if (ids.join('\n') !== report.controls.map(({ id }) => id).join('\n'))
    tell('its controls are not those of the framework that was assessed');
  const shown = { title: '', remediation: '', params: {} };
  return new Map(
    Object.entries(parsed.data.definitions).map(([source, { wanted, ...it }]) => [
      source,
      { ...shown, ...it, ...(wanted === undefined ? {} : { wanted }) },
    ]),
  );
}

type RowsOf = (source: string) => SourceRows;

/** Evidence and observations of a source in scope, in order of (time, ledger index). */
function sourceRows({ scope, period }: Report, bodies: BodyScan): RowsOf {
  const inScope = scopeOf(scope);
  const [start, end] = [startOf(period), endOf(period)];
  const inPeriod = ({ at, eventTime }: EvidenceState): boolean =>
    eventTime === undefined ? at <= end : eventTime >= start && eventTime <= end;
  const evidence = bodies.bySource();
  const observations = Map.groupBy(
    bodies.observations.flatMap(placed).filter((it) => {
      const { day } = it.observation;
      return day >= period.from && day <= period.to && inScope(it);
    }),
    (it) => it.observation.source,
  );
  return (source) => ({
    evidence: (evidence.get(source) ?? []).filter((it) => inScope(it) && inPeriod(it)).map(rowOf),
    observations: (observations.get(source) ?? []).sort(byTime),
  });
}

/** What is not kept of a piece of evidence is not asked for either: that it is well leaves no words in a report. */
function rowOf({ index, hash, told, eventTime, ...state }: EvidenceState): SourceRows['evidence'][number] {
  const { name = '', reason = '', failures = {} } = told ?? {};
  const event = eventTime === undefined ? {} : { event: { eventTime } };
  return { index, hash, evidence: { ...state, resourceType: '', name, reason, failures, ...event } };
}
