import type { Catalogue } from '../catalog/catalogue.ts';
import { readTask } from '../collect/read-task.ts';
import type { Service } from '../collect/service.ts';
import { canonicalize } from '../ledger/canonical.ts';
import type { Body } from '../model/entry.ts';
import type { Outcome } from '../model/evidence.ts';
import { zeroCounts } from '../model/evidence.ts';
import { Retrieval } from '../model/retrieval.ts';
import type { Task } from '../model/run.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { SubjectState } from '../ports/evidence-index.ts';
import { committedSources } from './between.ts';
import { taskBodies } from './bodies.ts';
import type { CheckSource } from './catalogue.ts';
import { catalogueDigest, checkSources } from './catalogue.ts';
import { EVENTS_SERVICE } from './event-memory.ts';
import type { JudgedSource } from './judged.ts';
import { judgeTask } from './judged.ts';
import { readLines } from './objects.ts';
import { planBody, runBody } from './run-bodies.ts';
import { recover, seal } from './seal.ts';
import type { Judged, RecordedTask } from './settlement.ts';
import { settlement } from './settlement.ts';
import type { Store } from './store.ts';
import { type CheckpointTimestamp, stampNewest } from './timestamps.ts';

export interface EvaluateRequest {
  readonly catalogue: Catalogue;
  readonly service: (id: string) => Promise<Service>;
  /** Answers calls from recorded retrievals. */
  readonly cloudOf: (retrievals: readonly Retrieval[]) => Cloud;
  /** Only these sources; every source that a task has not been judged by where left out. */
  readonly sources?: readonly string[];
  readonly onTask?: (done: number) => void;
}

export interface EvaluateResult {
  readonly run: string;
  /** Tasks of earlier runs that were judged by something new. */
  readonly tasks: number;
  readonly sources: readonly string[];
  readonly outcomes: Record<Outcome, number>;
  readonly entries: number;
  /** What was left unjudged, because later observations commit to what was known of it then. */
  readonly committed: readonly Committed[];
  /** Of the newest checkpoint, where the store has a time-stamping authority. */
  readonly timestamp?: CheckpointTimestamp;
}

/** A task that cannot be judged by a source any more. */
export interface Committed extends Task {
  readonly source: string;
  readonly at: string;
}

/**
 * Judges the recorded retrievals of earlier runs with checks that those runs did not have. No call is
 * made: the facts are derived again from what was recorded then, and the evidence is dated then.
 */
export async function evaluate(store: Store, request: EvaluateRequest): Promise<EvaluateResult> {
  await recover(store);
  const run = store.identity.id('run', 'evaluate', store.clock.now());
  const outcomes = zeroCounts();
  const sources = new Set<string>();
  let [tasks, entries] = [0, 0];
  let begun = false;
  const told = { run, at: store.clock.now(), mode: 'evaluate' } as const;
  const known = { tasks: await recordedTasks(store), evaluated: await evaluatedRuns(store) };
  const settling = settlement(known.evaluated);
  const committed: Committed[] = [];
  for (const task of known.tasks) {
    const bodies = await judgeAgain(store, request, { run, task, due: settling.due(task), known });
    settling.pass(task, bodies.sources);
    committed.push(...bodies.committed);
    if (bodies.sealed.length === 0) continue;
    if (!begun)
      entries += (
        await seal(store, [
          [planBody(store, { ...told, via: 'ledger', tasks: [], catalogue: catalogueDigest(request.catalogue) })],
        ])
      ).entries;
    begun = true;
    entries += (await seal(store, [bodies.sealed])).entries;
    if (bodies.sources.length === 0) continue;
    for (const source of bodies.sources) sources.add(source);
    for (const outcome of bodies.outcomes) outcomes[outcome] += 1;
    tasks += 1;
    request.onTask?.(tasks);
  }
  if (begun) entries += (await seal(store, [[runBody(store, told)]])).entries;
  return { run, tasks, sources: [...sources].sort(), outcomes, entries, committed, ...(await stampNewest(store)) };
}

async function evaluatedRuns(store: Store): Promise<Set<string>> {
  const runs = new Set<string>();
  for await (const { body } of store.index.bodies('plan')) if (body.mode === 'evaluate') runs.add(body.run);
  return runs;
}

/** In order of their time; observations of one task made at different times are taken together. */
async function recordedTasks(store: Store): Promise<RecordedTask[]> {
  const tasks = new Map<string, RecordedTask & { judgedBy: Map<string, Judged> }>();
  for await (const { index, body } of store.index.bodies('observations')) {
    // Answers of the event history hold no facts of resources.
    if (body.retrievals === null || body.service === EVENTS_SERVICE) continue;
    const key = [body.at, body.account, body.region, body.service].join('\t');
    const known = tasks.get(key) ?? { body, retrievals: body.retrievals, judgedBy: new Map() };
    for (const { source, complete } of body.observations)
      known.judgedBy.set(source, { run: body.run, complete, index });
    tasks.set(key, known);
  }
  return [...tasks].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, task]) => task);
}

interface Again {
  readonly run: string;
  readonly task: RecordedTask;
  /** Sources of which only what had gone by then is to be said. */
  readonly due: readonly string[];
  readonly known: { readonly tasks: readonly RecordedTask[]; readonly evaluated: ReadonlySet<string> };
}

async function judgeAgain(store: Store, request: EvaluateRequest, { run, task: recordedTask, due, known }: Again) {
  const { body, retrievals: object, judgedBy } = recordedTask;
  const { account, region, service: id, at } = body;
  const service = await request.service(id);
  const types = service.populations.map((it) => it.type);
  const wanted = checkSources(request.catalogue, types).filter(
    ({ source }) => request.sources?.includes(source) ?? true,
  );
  const asked = wanted.filter(({ source }) => !judgedBy.has(source));
  const settled = wanted.filter(({ source }) => due.includes(source));
  if (asked.length + settled.length === 0) return { sealed: [], sources: [], outcomes: [], committed: [] };
  const recorded = (await readLines(store.objects, 'retrievals', object)).map((line) =>
    Retrieval.parse(JSON.parse(line)),
  );
  const task = { account, region, service: id };
  const reading = await readTask({
    service,
    cloud: request.cloudOf(recorded),
    task,
    at,
    redact: { secret: store.redactionSecret },
  });
  const context = { identity: store.identity, run, at, task, retrievals: recorded, retrievalsObject: object };
  const bodiesOf = async (checks: readonly CheckSource[]) => {
    const judged = judgeTask({ ...reading, findings: [] }, checks).map(linesIn(recorded, reading.retrievals));
    const previous = new Map<string, ReadonlyMap<string, SubjectState>>();
    for (const { source } of judged) previous.set(source, await statesAt(store, { source, account, region, at }));
    return { judged, ...taskBodies(context, judged, (source) => previous.get(source) ?? new Map()) };
  };
  const first = await bodiesOf(asked);
  const kept = await committedSources(store, known, { task: recordedTask, evidence: first.evidence });
  const free = asked.filter(({ source }) => !kept.has(source));
  const { judged, evidence, observations } = kept.size === 0 ? first : await bodiesOf(free);
  const gone = (await bodiesOf(settled)).evidence.filter((it) => it.change === 'absent');
  const sealed: Body[] = free.length > 0 ? [...evidence, ...gone, observations] : gone;
  return {
    sealed,
    sources: judged.map((it) => it.source),
    outcomes: judged.flatMap((it) => it.subjects.map((subject) => subject.outcome)),
    committed: [...kept].sort().map((source) => ({ ...task, source, at })),
  };
}

/**
 * Points judgements at the lines of the recorded object: readers may have changed since and call in
 * another order. A call that was never recorded has no line; its failure says so.
 */
function linesIn(
  recorded: readonly Retrieval[],
  replayed: readonly Retrieval[],
): (judged: JudgedSource) => JudgedSource {
  const lineOf = new Map(recorded.map((it, index) => [callKey(it), index + 1]));
  const remap = (lines: readonly number[]): number[] =>
    lines.flatMap((line) => {
      const call = replayed[line - 1];
      return (call && lineOf.get(callKey(call))) ?? [];
    });
  return (judged) => ({
    ...judged,
    lines: remap(judged.lines),
    subjects: judged.subjects.map((subject) => ({ ...subject, lines: remap(subject.lines) })),
  });
}

const callKey = ({ service, operation, input, page, sha256 }: Retrieval): string =>
  [service, operation, canonicalize(input), page, sha256].join('\t');

/** The states as they were known just before a time: what is judged now about then must not see later ones. */
async function statesAt(
  store: Store,
  place: { source: string; account: string; region: string; at: string },
): Promise<Map<string, SubjectState>> {
  const states = new Map<string, SubjectState>();
  const { at: to, ...filter } = place;
  for await (const { hash, evidence } of store.index.evidence({ ...filter, to })) {
    if (evidence.change === 'absent') states.delete(evidence.subject);
    else states.set(evidence.subject, { subject: evidence.subject, hash, at: evidence.at, evidence });
  }
  return states;
}
