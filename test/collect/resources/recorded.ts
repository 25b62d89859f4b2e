import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replayCloud } from '../../../src/adapters/replay/cloud.ts';
import { readTask } from '../../../src/collect/read-task.ts';
import type { TaskReading } from '../../../src/collect/reading.ts';
import { recordTask } from '../../../src/collect/record.ts';
import { loadService } from '../../../src/collect/services.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import type { Resource } from '../../../src/model/resource.ts';
import type { CallError, Retrieval } from '../../../src/model/retrieval.ts';

/** One call with what came back, as fixtures hold it. Later calls with the same input come after earlier ones. */
export interface Answered {
  readonly call: string;
  readonly input?: JsonObject;
  readonly answer?: JsonObject;
  readonly error?: CallError;
}

export const ACCOUNT = '111122223333';
export const AT = '2026-10-01T02:00:00.000Z';

export const denied = { kind: 'denied', name: 'AccessDenied', message: 'not authorized', status: 403 } as const;

export function rejected(name: string, status = 404): CallError {
  return { kind: 'rejected', name, message: `${name}: the service says so`, status };
}

/** Calls of a fixture file, `test/fixtures/<path>`. */
export function fixture(path: string): Answered[] {
  return JSON.parse(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8')) as Answered[];
}

/** The calls with some answered differently; a call that is not among them is added. */
export function changed(calls: readonly Answered[], ...changes: readonly Answered[]): Answered[] {
  const key = (it: Answered) => JSON.stringify([it.call, it.input ?? {}]);
  const keys = new Set(changes.map(key));
  return [...calls.filter((it) => !keys.has(key(it))), ...changes];
}

/** Reads a whole task from these answers, through the recorder and the replay that the product uses. */
export async function read(service: string, calls: readonly Answered[], region = 'global'): Promise<TaskReading> {
  return readTask({
    service: await loadService(service),
    cloud: replayCloud(calls.map((it) => retrieval(it, region))),
    task: { account: ACCOUNT, region, service },
    at: AT,
    redact: { secret: 'a secret of the deployment' },
  });
}

/** An `Aws` over these answers, for a reader on its own. */
export function awsOver(calls: readonly Answered[], { region = 'global', pauses = [] as number[] } = {}) {
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const cloud = { ...replayCloud(calls.map((it) => retrieval(it, region))), pause };
  const task = { account: ACCOUNT, region, service: 'test' };
  return recordTask({ cloud, task, at: AT, redact: { secret: 'a secret of the deployment' } });
}

/** Reads the stored (redacted) retrievals of a reading once more. */
export async function readAgain(reading: TaskReading): Promise<TaskReading> {
  const { task, at } = reading;
  return readTask({
    service: await loadService(task.service),
    cloud: replayCloud(reading.retrievals),
    task,
    at,
    redact: { secret: 'a secret of the deployment' },
  });
}

export function populationOf(reading: TaskReading, type: string) {
  const population = reading.populations.find((it) => it.type === type);
  if (population === undefined) throw new Error(`no population of ${type}`);
  return population;
}

export function resourceOf(reading: TaskReading, type: string, name: string): Resource {
  const resource = populationOf(reading, type).resources.find((it) => it.name === name);
  if (resource === undefined) throw new Error(`no ${type} with the name ${name}`);
  return resource;
}

interface RealAnswer {
  readonly test: string;
  readonly n: number;
  readonly status_code: number;
  readonly data: JsonObject;
}

/** Folder of real recorded answers, if this machine has one. */
export const examples = process.env.WITNESSMARK_AWS_EXAMPLES ?? '../shared/data/aws-api-examples';

/** Whether real recorded answers are at hand; says so where they are not. */
export function hasRealAnswers(): boolean {
  const found = examples !== '' && existsSync(join(examples, 'cloud-custodian-placebo'));
  if (!found) console.info('set WITNESSMARK_AWS_EXAMPLES to a folder of recorded AWS answers to run these tests');
  return found;
}

/** Every successful real answer of one operation. */
export function realAnswers(service: string, operation: string): RealAnswer[] {
  const file = join(examples, 'cloud-custodian-placebo', `${service}.json`);
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, RealAnswer[]>;
  return (all[operation] ?? []).filter((it) => it.status_code === 200);
}

function retrieval({ call, input = {}, answer, error }: Answered, region: string): Retrieval {
  const [service = '', operation = ''] = call.split(':');
  const outcome = error === undefined ? { answer: answer ?? {} } : { error };
  return {
    v: 1,
    service,
    operation,
    input,
    page: 1,
    account: ACCOUNT,
    region,
    caller: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/test`,
    requestId: `request-of-${operation}`,
    startedAt: AT,
    endedAt: AT,
    attempts: 1,
    sdk: 'test',
    ...outcome,
    redactions: [],
    sha256: '0'.repeat(64),
  };
}
