import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { readRecording, readRun } from '../../src/adapters/local/recording.ts';
import type { RunRecording } from '../../src/adapters/recording-format.ts';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { checkSources } from '../../src/app/catalogue.ts';
import { type JudgedSource, judgeTask } from '../../src/app/judged.ts';
import type { Catalogue } from '../../src/catalog/catalogue.ts';
import type { RecordLimits } from '../../src/collect/limits.ts';
import { readTask } from '../../src/collect/read-task.ts';
import type { TaskReading } from '../../src/collect/reading.ts';
import type { Service } from '../../src/collect/service.ts';
import { loadService } from '../../src/collect/services.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { WitnessmarkError } from '../../src/model/error.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import type { Task } from '../../src/model/run.ts';

/** One task of a recorded run, with what is needed to read and judge it again. */
export interface RecordedTask {
  readonly at: string;
  readonly task: Task;
  readonly service: Service;
  readonly catalogue: Catalogue;
  readonly calls: readonly Retrieval[];
  /** Canonical bytes of the largest answer. */
  readonly largest: number;
}

/** What a task came to. */
export interface Told {
  readonly reading: TaskReading;
  readonly judged: readonly JudgedSource[];
}

const SECRET = 'secret of the fault matrix';

/** Far more calls than any task of the recording makes, and fewer than a list may have pages. */
const MOST_CALLS = 5_000;

/** The tasks of the first run of a recording. */
export async function firstRun(folder: string): Promise<RecordedTask[]> {
  const [first] = (await readRecording(folder)).runs;
  if (first === undefined) throw new WitnessmarkError('faults-no-run', `${folder}: expected at least one run`);
  const [run, catalogue] = await Promise.all([readRun(folder, first), loadCatalogueFiles()]);
  return Promise.all(
    run.tasks.map(async (task) => recordedTask(run, task, catalogue, await loadService(task.service))),
  );
}

/** The calls are those that the task makes, be they of its own service or borrowed from another. */
async function recordedTask(
  run: RunRecording,
  task: Task,
  catalogue: Catalogue,
  service: Service,
): Promise<RecordedTask> {
  const { at } = run;
  const here = run.retrievals.filter((it) => it.account === task.account && it.region === task.region);
  const { retrievals } = await readTask({ service, cloud: replayCloud(here), task, at, redact: { secret: SECRET } });
  const calls = retrievals.filter((it) => it.error?.kind !== 'not_recorded');
  return { at, task, service, catalogue, calls, largest: largestOf(calls) };
}

/** Canonical bytes of the largest answer. */
export function largestOf(calls: readonly Retrieval[]): number {
  return Math.max(2, ...calls.map((it) => Buffer.byteLength(canonicalize(it.answer ?? null))));
}

/** Reads and judges one task from these calls alone. A reader that never stops asking is an error. */
export async function play(
  { at, task, service, catalogue }: RecordedTask,
  calls: readonly Retrieval[],
  limits: Partial<RecordLimits> = {},
): Promise<Told> {
  const replay = replayCloud(calls);
  let made = 0;
  const cloud: typeof replay = {
    ...replay,
    call(request) {
      made += 1;
      return replay.call(request);
    },
  };
  const reading = await readTask({
    service,
    cloud,
    task,
    at,
    redact: { secret: SECRET },
    limits: { ...limits, pages: MOST_CALLS },
  });
  if (made > MOST_CALLS) throw new WitnessmarkError('faults-endless', `the task made ${made} calls`);
  const types = reading.populations.map((it) => it.type);
  return { reading, judged: judgeTask(reading, checkSources(catalogue, types)) };
}
