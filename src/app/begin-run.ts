import type { Catalogue } from '../catalog/catalogue.ts';
import { plan } from '../collect/plan.ts';
import { loadService, services } from '../collect/services.ts';
import type { DeploymentConfig } from '../model/deployment-config.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Task } from '../model/run.ts';
import type { Objects } from '../ports/objects.ts';
import { catalogueDigest } from './catalogue.ts';
import { runLease } from './collect/lease.ts';
import { objectStage } from './collect/stage.ts';
import { planStep } from './collect/steps.ts';
import type { Store } from './store.ts';

/** A run that was played from a recording: its time and its tasks. */
interface Recorded {
  readonly file: string;
  readonly at: string;
  readonly tasks: readonly Task[];
}

export interface BeginRequest {
  /** Who makes it; the same execution may ask again. */
  readonly holder: string;
  readonly at: string;
  readonly config: DeploymentConfig;
  readonly catalogue: Catalogue;
  /** Hash of the user's own files in the catalogue. */
  readonly custom?: string | undefined;
  /** Narrows what the configuration says. */
  readonly scope: {
    readonly accounts?: readonly string[] | undefined;
    readonly regions?: readonly string[] | undefined;
    readonly services?: readonly string[] | undefined;
  };
  readonly recorded?: Recorded | undefined;
}

/** A run that has begun; `items` is the object that lists what to collect, `done` that nothing is left of it. */
export interface BegunRun {
  readonly run: string;
  readonly at: string;
  readonly tasks: number;
  readonly items: string;
  readonly done: boolean;
}

/** A run takes no longer: whoever has not given the lease back by then is taken to be dead. */
const LEASE_HOURS = 6;

/**
 * Begins a run of a deployment: takes the right to make it, seals its plan and stages it. Throws `run-busy` while
 * another run is made, `collect-out-of-scope` and `collect-out-of-order`.
 */
export async function beginRun(
  { store, work }: { store: Store; work: Objects },
  request: BeginRequest,
): Promise<BegunRun> {
  const { holder, catalogue, recorded, custom } = request;
  await runLease(work, store.clock).take(holder, LEASE_HOURS);
  const tasks = recorded?.tasks ?? (await tasksOf(request));
  const planned = await planStep(store, {
    tasks,
    via: recorded === undefined ? 'aws' : 'recording',
    at: recorded?.at ?? request.at,
    catalogue: catalogueDigest(catalogue),
    stageOf: (run) => objectStage(work, run),
    custom,
    recording: recorded?.file,
  });
  const items = `staging/${planned.run}/items.json`;
  const { run, at } = planned;
  await work.create(items, Buffer.from(JSON.stringify(tasks.map((_, index) => ({ index })))));
  return { run, at, tasks: tasks.length, items, done: planned.done !== undefined };
}

async function tasksOf({ scope, config }: BeginRequest): Promise<Task[]> {
  const chosen = within('services', scope.services, config.services ?? Object.keys(services));
  return plan({
    accounts: within('accounts', scope.accounts, config.accounts),
    regions: within('regions', scope.regions, config.regions),
    services: await Promise.all(chosen.map(loadService)),
  });
}

/** Whoever starts a run may narrow what is configured and never widen it. */
function within(what: string, asked: readonly string[] | undefined, known: readonly string[]): readonly string[] {
  const others = asked?.filter((it) => !known.includes(it)) ?? [];
  if (others.length === 0) return asked ?? known;
  const message = `${what}: expected some of ${known.join(', ')}, got ${others.join(', ')}`;
  throw new WitnessmarkError('collect-out-of-scope', message, { hint: 'widen the configuration of the deployment' });
}
