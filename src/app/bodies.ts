import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { populationDigest } from '../ledger/population.ts';
import type { Evidence, Observation, Observations } from '../model/evidence.ts';
import { zeroCounts } from '../model/evidence.ts';
import { dayOf } from '../model/primitives.ts';
import type { Retrieval, RetrievalRef } from '../model/retrieval.ts';
import type { Task } from '../model/run.ts';
import type { SubjectState } from '../ports/evidence-index.ts';
import type { Identity } from './identity.ts';
import type { JudgedSource, JudgedSubject } from './judged.ts';

/** What evidence bodies of one task need besides the judgements. */
export interface TaskContext {
  readonly identity: Identity;
  readonly run: string;
  readonly at: string;
  readonly task: Task;
  readonly retrievals: readonly Retrieval[];
  /** Name of the object that holds the task's retrievals. */
  readonly retrievalsObject: string;
}

/** The latest states of a source before this run: subject → state. */
export type Previous = ReadonlyMap<string, SubjectState>;

/**
 * Turns the judgements of one task into evidence (only what is new, changed, gone, or due this
 * month) and one body with an observation per source. Pure.
 */
export function taskBodies(
  context: TaskContext,
  judged: readonly JudgedSource[],
  previousOf: (source: string) => Previous,
): { evidence: Evidence[]; observations: Observations } {
  const evidence: Evidence[] = [];
  const observations = judged.map((source) => {
    const result = sourceBodies(context, source, previousOf(source.source));
    evidence.push(...result.evidence);
    return result.observation;
  });
  return { evidence, observations: observationsBody(context, observations) };
}

function sourceBodies(context: TaskContext, source: JudgedSource, previous: Previous) {
  const hashes: [subject: string, hash: string][] = [];
  const evidence: Evidence[] = [];
  const counts = zeroCounts();
  for (const subject of source.subjects) {
    counts[subject.outcome] += 1;
    const before = previous.get(subject.subject);
    const change = changeOf(subject, before, context.at);
    if (before && !change) {
      hashes.push([subject.subject, before.hash]);
      continue;
    }
    const body = evidenceBody(context, source.source, subject, change ?? 'first', before);
    evidence.push(body);
    hashes.push([subject.subject, hashOf(body)]);
  }
  const seen = new Set(source.subjects.map((it) => it.subject));
  // An unknown population proves nothing about what was there before, so nothing becomes absent then.
  if (!source.failure) evidence.push(...goneBodies(context, previous, seen, source));
  const observation: Observation = {
    source: source.source,
    resourceType: source.resourceType,
    day: dayOf(context.at),
    population: source.subjects.length,
    counts,
    digest: populationDigest(hashes),
    complete: source.failure === undefined,
    ...(source.failure ? { failure: source.failure } : {}),
  };
  return { evidence, observation };
}

/** Why a subject's state must be written now; undefined when the state before still says it all. */
function changeOf(
  subject: JudgedSubject,
  before: SubjectState | undefined,
  at: string,
): 'first' | 'changed' | 'keyframe' | undefined {
  if (!before) return 'first';
  if (fingerprint(subject) !== fingerprint({ ...before.evidence, judgement: before.evidence.judgement }))
    return 'changed';
  return before.at.slice(0, 7) < at.slice(0, 7) ? 'keyframe' : undefined;
}

/**
 * What makes two states the same. The reason is left out because it may count days, and request ids
 * because they differ on every call: neither says that the subject changed.
 */
function fingerprint(state: Pick<JudgedSubject, 'outcome' | 'facts' | 'failures' | 'judgement' | 'name'>): string {
  // Keyed, not listed: facts come in another order from a body that was read back than from the reader.
  const failures = Object.fromEntries(
    Object.entries(state.failures).map(([fact, it]) => [fact, [it.kind, it.operation, it.name, it.status]]),
  );
  return canonicalize([state.outcome, state.facts, failures, state.judgement ?? null, state.name]);
}

function evidenceBody(
  context: TaskContext,
  source: string,
  subject: JudgedSubject,
  change: Evidence['change'],
  before: SubjectState | undefined,
): Evidence {
  const id = evidenceId(context, source, subject.subject);
  return {
    v: 1,
    kind: 'evidence',
    id,
    run: context.run,
    at: context.at,
    source,
    subject: subject.subject,
    resourceType: subject.resourceType,
    name: subject.name,
    account: context.task.account,
    region: context.task.region,
    ...(subject.location ? { location: subject.location } : {}),
    outcome: subject.outcome,
    reason: subject.reason,
    change,
    facts: subject.facts,
    failures: subject.failures,
    ...(subject.judgement ? { judgement: subject.judgement } : {}),
    retrievals: subject.lines.map((line) => refOf(context, line)),
    previous: before?.hash ?? null,
    salt: context.identity.salt(id),
  };
}

/** With the time, because one run of `evaluate` judges a subject at many times. */
const evidenceId = ({ identity, run, at, task }: TaskContext, source: string, subject: string): string =>
  identity.id('evidence', run, at, source, task.account, task.region, subject);

function refOf(context: TaskContext, line: number): RetrievalRef {
  const retrieval = context.retrievals[line - 1];
  if (!retrieval) throw new RangeError(`retrieval line ${line} of ${context.retrievals.length}`);
  return {
    operation: `${retrieval.service}:${retrieval.operation}`,
    object: context.retrievalsObject,
    line,
    sha256: retrieval.sha256,
  };
}

function goneBodies(
  context: TaskContext,
  previous: Previous,
  seen: ReadonlySet<string>,
  { lines, gone = 'no longer in the population, which was listed completely' }: JudgedSource,
): Evidence[] {
  return [...previous.values()]
    .filter((state) => !seen.has(state.subject))
    .map((state) => {
      const { event: _event, record: _record, ...last } = state.evidence;
      const id = evidenceId(context, last.source, last.subject);
      return {
        ...last,
        id,
        run: context.run,
        at: context.at,
        change: 'absent' as const,
        reason: gone,
        facts: {},
        failures: {},
        retrievals: lines.map((line) => refOf(context, line)),
        previous: state.hash,
        salt: context.identity.salt(id),
      };
    });
}

function observationsBody(context: TaskContext, observations: readonly Observation[]): Observations {
  const { account, region, service } = context.task;
  const id = context.identity.id('observations', context.run, context.at, account, region, service);
  return {
    v: 1,
    kind: 'observations',
    id,
    run: context.run,
    at: context.at,
    account,
    region,
    service,
    observations: [...observations],
    retrievals: context.retrievalsObject,
    calls: context.retrievals.length,
    salt: context.identity.salt(id),
  };
}

const hashOf = (body: Evidence): string => sha256Hex(canonicalize(body));
