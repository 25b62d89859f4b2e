import { gunzipSync } from 'node:zlib';
import { endOf, startOf } from '../../../assess/days.ts';
import { drawn, SAMPLED_CALLS } from '../../../assess/sample.ts';
import { scopeOf } from '../../../assess/scope.ts';
import type { Report } from '../../../model/report.ts';
import type { Sample, SampledCall, SourceSample } from '../../../model/sample.ts';
import { PATHS, retrievalPath } from '../../paths.ts';
import type { BodyScan, EvidenceState } from '../bodies.ts';
import { findingList, within } from '../fault.ts';
import { linesOf } from '../lines.ts';
import type { Pack } from '../pack.ts';
import type { StepOutcome } from '../types.ts';
import { MAX_CALL_LINE, MAX_INFLATED, MAX_OBJECT } from './retrievals.ts';

/** Every sample is what the rule draws from the evidence of the pack, and names the calls of its evidence. */
export async function samples(pack: Pack): Promise<StepOutcome> {
  const [report, bodies] = [await pack.report(), await pack.bodies()];
  const { findings, add } = findingList();
  const tell = (message: string): void => add({ file: PATHS.json, message });
  const named = new Set(report.controls.flatMap((control) => control.sources.map((it) => it.source)));
  const found = report.samples.map((it) => it.source);
  const populations = populationsOf(report, bodies, [...named, ...found]);
  // In the order in which controls name them.
  const expected = [...named].filter((source) => populations.get(source)?.length);
  if (expected.join() !== found.join())
    tell(
      `samples are of ${found.join(', ') || 'nothing'}, and the sources with subjects are ${expected.join(', ') || 'none'}`,
    );
  for (const sample of report.samples) {
    for (const message of drawProblems(report, sample, populations.get(sample.source) ?? [])) tell(message);
  }
  const items = report.samples.flatMap((it) => it.items);
  for (const item of items) for (const message of itemProblems(item, bodies)) tell(message);
  for (const [object, calls] of Map.groupBy(
    items.flatMap((it) => it.calls),
    (it) => it.object,
  )) {
    for (const message of await callProblems(pack, object, calls)) tell(message);
  }
  return { findings };
}

/** What can be drawn from under each of these sources. */
function populationsOf(report: Report, bodies: BodyScan, sources: readonly string[]): Map<string, EvidenceState[]> {
  const evidence = bodies.bySource();
  return new Map([...new Set(sources)].map((it) => [it, populationOf(report, evidence.get(it) ?? [])]));
}

function drawProblems(
  report: Report,
  { source, population, items }: SourceSample,
  states: readonly EvidenceState[],
): string[] {
  if (states.length !== population)
    return [`the sample of ${source}: it says ${population} subjects, the evidence of the pack gives ${states.length}`];
  const expected = drawn(source, report.ledger.root, states).map((it) => it.index);
  const found = items.map((it) => it.entry);
  if (expected.join() === found.join()) return [];
  return [
    `the sample of ${source} is not what is drawn: expected entries ${expected.join(', ')}, found ${found.join(', ')}`,
  ];
}

/** States at the end of the period, or for events each event once, as the assessment takes them. */
function populationOf({ period, scope }: Report, evidence: readonly EvidenceState[]): EvidenceState[] {
  const inScope = scopeOf(scope);
  const [start, end] = [startOf(period), endOf(period)];
  const subjects = new Map<string, EvidenceState>();
  for (const it of evidence) {
    if (!inScope(it)) continue;
    const time = it.eventTime ?? it.at;
    if (time > end || (it.eventTime !== undefined && time < start)) continue;
    const key = `${it.account}\t${it.region}\t${it.subject}`;
    if (it.eventTime === undefined || !subjects.has(key)) subjects.set(key, it);
  }
  return [...subjects.values()].filter((it) => it.change !== 'absent');
}

/** An item says what its own evidence says, and names the calls that this rests on. */
function itemProblems(item: Sample, { byIndex, sampled }: BodyScan): string[] {
  const { entry } = item;
  const [state, evidence] = [byIndex(entry), sampled.get(entry)];
  if (state === undefined || evidence === undefined)
    return [`samples ledger entry ${entry}, which is no evidence of the pack`];
  const { subject, name, account, region, outcome, reason } = evidence;
  const at = evidence.event?.eventTime ?? evidence.at;
  const told = { body: state.hash, at, subject, name, account, region, outcome, reason };
  const differs = (Object.keys(told) as (keyof typeof told)[]).find((key) => told[key] !== item[key]);
  const names = item.calls.map(callName);
  const rests = evidence.retrievals.slice(0, SAMPLED_CALLS).map(callName);
  const other = Array.from({ length: Math.max(names.length, rests.length) }, (_, at) => at).find(
    (at) => names[at] !== rests[at],
  );
  return [
    ...(differs ? [`the sample of ledger entry ${entry} says another \`${differs}\` than its evidence`] : []),
    ...(other === undefined
      ? []
      : [
          `the sample of ledger entry ${entry} names ${names[other] ?? 'nothing'} where its evidence rests on ${rests[other] ?? 'nothing'}`,
        ]),
  ];
}

const callName = ({ object, line, operation, sha256 }: Pick<SampledCall, 'object' | 'line' | 'operation' | 'sha256'>) =>
  `line ${line} of ${object} (${operation}, ${sha256})`;

/** What a sample says of a call must be what was recorded; that the object itself is right is another step. */
async function callProblems(pack: Pack, object: string, calls: readonly SampledCall[]): Promise<string[]> {
  const file = retrievalPath(object);
  if (!pack.files.sizes.has(file)) return [];
  const bytes = await pack.bytes(file, MAX_OBJECT);
  const wanted = Map.groupBy(calls, (it) => it.line);
  const problems: string[] = [];
  const inflated = within(file, () => gunzipSync(bytes, { maxOutputLength: MAX_INFLATED }));
  for await (const line of linesOf([inflated], MAX_CALL_LINE)) {
    const asked = wanted.get(line.number);
    if (asked === undefined) continue;
    const { requestId, caller, startedAt } = within(file, () => JSON.parse(Buffer.from(line.bytes).toString('utf8')));
    if (asked.some((it) => it.requestId !== requestId || it.caller !== caller || it.at !== startedAt))
      problems.push(`a sample says another request, caller or time than ${file}:${line.number}`);
  }
  return problems;
}
