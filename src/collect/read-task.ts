import { WitnessmarkError } from '../model/error.ts';
import type { Population, Resource } from '../model/resource.ts';
import type { Failure, Retrieval } from '../model/retrieval.ts';
import type { Task } from '../model/run.ts';
import { forEachBounded } from './bounded.ts';
import { toFailure } from './failure.ts';
import type { FindingsRead, TaskReading } from './reading.ts';
import { type RecordOptions, recordTask, type TaskRecorder, type View } from './record.ts';
import type { FactReader, Finding, FindingSet, Found, PopulationReader, Service } from './service.ts';

export interface ReadTaskOptions extends RecordOptions {
  readonly service: Service;
  /** How many facts, or sets of findings, are read at once; 8 where left out. */
  readonly concurrency?: number;
}

/**
 * Reads everything of one task: lists the populations side by side, then settles every fact on its
 * own, then the findings. What AWS refuses or garbles becomes a failure of exactly the fact,
 * population or set of findings that needed it, never an error of the task. The same answers give
 * the same reading, in whatever order they come.
 */
export async function readTask(options: ReadTaskOptions): Promise<TaskReading> {
  const { service, task, at, concurrency = 8 } = options;
  if (service.id !== task.service) {
    throw new WitnessmarkError('collect-task-mismatch', `task for "${task.service}" was given service "${service.id}"`);
  }
  const recorder = recordTask({ ...options, borrows: service.borrows ?? [], absences: service.absences ?? {} });
  const listed = await Promise.all(service.populations.map((reader) => listPopulation(reader, recorder)));
  const facts = listed.flatMap((it) => it.drafts.flatMap((draft) => draft.facts));
  await forEachBounded(facts, concurrency, (fact) => settleFact(fact, recorder));
  const findings = await readFindings(service, recorder, concurrency);

  const retrievals = recorder.ordered();
  const lineOf = new Map(retrievals.map((retrieval, index) => [retrieval, index + 1]));
  const lines = (used: readonly Retrieval[]) => used.map((it) => lineOf.get(it) ?? 0).sort((a, b) => a - b);
  return {
    task,
    at,
    populations: listed.map((it) => populationOf(it, task, lines)),
    findings: findings.sets.map(({ used, ...set }) => ({ ...set, lines: lines(used) })),
    ...(findings.listed === undefined ? {} : { findingsListed: lines(findings.listed) }),
    ...(findings.failure === undefined ? {} : { findingsFailure: findings.failure }),
    retrievals,
  };
}

type LinesOf = (used: readonly Retrieval[]) => readonly number[];

interface FactDraft {
  readonly name: string;
  readonly read: FactReader;
  /** What the population was listed with: a fact that makes no call of its own was derived from that. */
  readonly listing: View;
  result?: { readonly value: Resource['facts'][string] } | { readonly failure: Failure };
  used: readonly Retrieval[];
}

interface Draft {
  readonly found: Found<string>;
  readonly facts: readonly FactDraft[];
}

interface Listed {
  readonly type: string;
  readonly drafts: readonly Draft[];
  readonly failure?: Failure;
  readonly used: readonly Retrieval[];
}

async function listPopulation(reader: PopulationReader, recorder: TaskRecorder): Promise<Listed> {
  const view = recorder.view();
  try {
    const found = await reader.read(view.aws);
    return { type: reader.type, drafts: unique(found).map((it) => draftOf(it, reader, view)), used: view.used() };
  } catch (thrown) {
    return { type: reader.type, drafts: [], failure: failureIn(view, thrown), used: view.used() };
  }
}

/** In order of ids. A resource that moved between two pages while they were read stands on both: it counts once. */
function unique(found: readonly Found<string>[]): Found<string>[] {
  const byId = new Map(found.map((it) => [it.id, it]));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function draftOf(found: Found<string>, reader: PopulationReader, listing: View): Draft {
  const facts = Object.keys(reader.facts).map((name): FactDraft => {
    const read = found.facts[name];
    if (read === undefined) throw new WitnessmarkError('collect-fact-missing', `${reader.type} gave no "${name}"`);
    return { name, read, listing, used: [] };
  });
  return { found, facts };
}

async function settleFact(fact: FactDraft, recorder: TaskRecorder): Promise<void> {
  const view = recorder.view();
  try {
    const value = await fact.read(view.aws);
    // Types cannot keep a reader from it, and a missing fact would be neither known nor failed.
    if (value === undefined) throw new TypeError(`the fact "${fact.name}" has no value`);
    fact.result = { value };
  } catch (thrown) {
    fact.result = { failure: failureIn(view.used().length === 0 ? fact.listing : view, thrown) };
  }
  fact.used = view.used();
}

function failureIn(view: View, thrown: unknown): Failure {
  const last = view.used().at(-1);
  return toFailure(thrown, {
    operation: last === undefined ? 'none' : `${last.service}:${last.operation}`,
    requestId: last?.requestId ?? null,
  });
}

function populationOf(listed: Listed, task: Task, lines: LinesOf): Population {
  const listing = lines(listed.used);
  const usedBy = listingOf(listed);
  const resources = listed.drafts.map((draft) =>
    resourceOf(draft, listed.type, task, { listing: lines(usedBy(draft.found)), lines }),
  );
  const failure = listed.failure === undefined ? {} : { failure: listed.failure };
  return { type: listed.type, resources, ...failure, lines: listing };
}

/**
 * What of a listing speaks of one resource: the list itself, and of the calls that were made for single
 * resources while listing (which region a bucket is in) only its own. With those of all others the
 * evidence would grow with the square of the population.
 */
function listingOf({ drafts, used }: Listed): (found: Found<string>) => readonly Retrieval[] {
  const names = new Set(drafts.flatMap(({ found }) => [found.id, found.name]));
  const aboutOf = ({ input }: Retrieval) => Object.values(input).find((it) => typeof it === 'string' && names.has(it));
  const byName = Map.groupBy(used, aboutOf);
  const shared = byName.get(undefined) ?? [];
  return ({ id, name }) => {
    const own = [...new Set([id, name])].flatMap((it) => byName.get(it) ?? []);
    return own.length === 0 ? shared : [...shared, ...own];
  };
}

function resourceOf(
  draft: Draft,
  type: string,
  task: Task,
  { listing, lines }: { listing: readonly number[]; lines: LinesOf },
): Resource {
  const facts: Record<string, Resource['facts'][string]> = {};
  const failures: Record<string, Failure> = {};
  const read: Record<string, readonly number[]> = { '': listing };
  for (const { name, result, used } of draft.facts) {
    if (result !== undefined && 'value' in result) facts[name] = result.value;
    if (result !== undefined && 'failure' in result) failures[name] = result.failure;
    read[name] = used.length === 0 ? listing : lines(used);
  }
  const { id, name, region = task.region } = draft.found;
  return { type, id, name, account: task.account, region, facts, failures, lines: read };
}

interface FindingsDraft extends Omit<FindingsRead, 'lines'> {
  readonly used: readonly Retrieval[];
}

async function readFindings(
  service: Service,
  recorder: TaskRecorder,
  concurrency: number,
): Promise<{ sets: readonly FindingsDraft[]; listed?: readonly Retrieval[]; failure?: Failure }> {
  if (service.findings === undefined) return { sets: [] };
  const view = recorder.view();
  try {
    const sets = await service.findings.read(view.aws);
    const listed = view.used();
    const read = new Map<FindingSet, FindingsDraft>();
    await forEachBounded(sets, concurrency, async (set) => {
      read.set(set, await readFindingSet(set, recorder, view));
    });
    const drafts = [...read.values()].sort((a, b) => (a.source < b.source ? -1 : 1));
    return { sets: drafts, listed };
  } catch (thrown) {
    return { sets: [], failure: failureIn(view, thrown) };
  }
}

async function readFindingSet(set: FindingSet, recorder: TaskRecorder, listing: View): Promise<FindingsDraft> {
  const { source, resourceType } = set;
  const view = recorder.view();
  const used = () => [...new Set([...listing.used(), ...view.used()])];
  try {
    const findings: readonly Finding[] = await set.read(view.aws);
    return { source, resourceType, findings, used: used() };
  } catch (thrown) {
    return { source, resourceType, findings: [], failure: failureIn(view, thrown), used: used() };
  }
}
