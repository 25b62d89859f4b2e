import { canonicalize } from '../ledger/canonical.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { JsonObject } from '../model/json.ts';
import type { Retrieval } from '../model/retrieval.ts';
import type { Task } from '../model/run.ts';
import type { Cloud } from '../ports/cloud.ts';
import { defaultLimits, type RecordLimits } from './limits.ts';
import type { RedactOptions } from './redact.ts';
import { retrieve } from './retrieve.ts';
import type { Absence, Aws, Operation } from './service.ts';
import { viewOf } from './view.ts';

export interface RecordOptions {
  readonly cloud: Cloud;
  readonly task: Task;
  /** The run's time. */
  readonly at: string;
  /** `aws` where left out. */
  readonly partition?: string;
  readonly redact: RedactOptions;
  readonly limits?: Partial<RecordLimits>;
  /** Operations of other services that may be called; any where left out. */
  readonly borrows?: readonly Operation[];
  /** By operation: the errors that mean "not configured". */
  readonly absences?: Readonly<Record<Operation, Absence>>;
}

/** A reader's own way to AWS, which remembers what it used. */
export interface View {
  readonly aws: Aws;
  /** The retrievals that were used so far, each once, in order of first use. */
  used(): readonly Retrieval[];
}

export interface TaskRecorder {
  /** The root view, for calls that belong to no population and no fact. */
  readonly aws: Aws;
  /** Every call so far, in order of completion. Grows. */
  readonly retrievals: readonly Retrieval[];
  /** A view of its own for one population or one fact; it shares the answers of the task. */
  view(): View;
  /**
   * Every call so far in an order that does not depend on which answer came first: by operation,
   * input of the first page, repetition and page. So the same answers give the same lines.
   */
  ordered(): readonly Retrieval[];
}

/** Asks once per (operation, input) in a task; `fresh` asks again and replaces the shared answer. */
export type CallOnce = (request: OnceRequest) => Promise<Retrieval>;

export interface OnceRequest {
  readonly operation: Operation;
  readonly input: JsonObject;
  readonly page: number;
  /** Input of the first page, by which pages stay together. */
  readonly first: JsonObject;
  readonly fresh?: boolean;
}

interface Recorded {
  readonly key: readonly [operation: string, first: string, nth: number, page: number, input: string];
  readonly retrieval: Retrieval;
}

/** Records every call of one task and hands out views that share the answers. */
export function recordTask(options: RecordOptions): TaskRecorder {
  const recorded: Recorded[] = [];
  const retrievals: Retrieval[] = [];
  const shared = new Map<string, Promise<Retrieval>>();
  const repetitions = new Map<string, number>();
  const originals = new Map<string, string>();
  const { cloud, at, task, redact } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const how = { cloud, account: task.account, region: task.region, at, redact, limits, originals };

  const make = async (request: OnceRequest, id: string): Promise<Retrieval> => {
    const nth = repetitions.get(id) ?? 0;
    repetitions.set(id, nth + 1);
    const { operation, input, page, first } = request;
    assertBorrowed(operation, options);
    const retrieval = await retrieve({ ...splitOperation(operation), input, page }, how);
    retrievals.push(retrieval);
    recorded.push({ key: [operation, canonicalize(first), nth, page, canonicalize(input)], retrieval });
    return retrieval;
  };
  const once: CallOnce = (request) => {
    const id = `${request.operation} ${canonicalize(request.input)}`;
    const known = request.fresh === true ? undefined : shared.get(id);
    const answer = known ?? make(request, id);
    shared.set(id, answer);
    return answer;
  };
  const partition = options.partition ?? 'aws';
  const { account, region } = task;
  const { absences = {} } = options;
  const pause: Aws['pause'] = (milliseconds) => cloud.pause(milliseconds);
  const view = () => viewOf({ once, limits, account, region, partition, now: at, pause, absences });
  const ordered = () => recorded.toSorted((a, b) => compareKeys(a.key, b.key)).map((it) => it.retrieval);
  return { aws: view().aws, retrievals, view, ordered };
}

/** What a run shares between tasks rests on what services say that they borrow. */
function assertBorrowed(operation: Operation, { task, borrows }: RecordOptions): void {
  const isOwn = operation.startsWith(`${task.service}:`);
  if (borrows === undefined || isOwn || borrows.includes(operation)) return;
  throw new WitnessmarkError(
    'collect-not-borrowed',
    `${task.service} called ${operation}: expected it among the operations that the service borrows`,
  );
}

function splitOperation(operation: Operation): { service: string; operation: string } {
  const [service, name, ...others] = operation.split(':');
  if (!service || !name || others.length > 0) {
    throw new WitnessmarkError('collect-operation-malformed', `expected service:Operation, got "${operation}"`);
  }
  return { service, operation: name };
}

function compareKeys(a: Recorded['key'], b: Recorded['key']): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? left;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
