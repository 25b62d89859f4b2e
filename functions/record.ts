import { z } from 'zod';
import { systemClock } from '../src/adapters/local/clock.ts';
import { plan } from '../src/collect/plan.ts';
import { loadService, services } from '../src/collect/services.ts';
import { WitnessmarkError } from '../src/model/error.ts';
import { AccountId, Region } from '../src/model/primitives.ts';
import type { FailedTask, Task } from '../src/model/run.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { Cloud } from '../src/ports/cloud.ts';
import type { Objects } from '../src/ports/objects.ts';
import { type Handler, type Invocation, type LambdaContext, type Log, type WrapOptions, wrap } from './wrap.ts';

const ServiceId = z.enum(Object.keys(services));

/** Names with commas between them, as an environment variable can hold them. */
const listOf = <Item extends z.ZodType<string, string>>(item: Item) =>
  z
    .string()
    .transform((text) => text.split(',').map((it) => it.trim()))
    .pipe(z.array(item).min(1));

/** An empty variable is one that is not set: a template cannot leave one out. */
const unset = z.literal('').transform(() => undefined);

const Environment = z.strictObject({
  WITNESSMARK_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'expected a bucket name'),
  WITNESSMARK_ACCOUNTS: listOf(AccountId),
  WITNESSMARK_REGIONS: listOf(Region),
  /** All that there are where left out. */
  WITNESSMARK_SERVICES: z.union([unset, listOf(ServiceId)]).optional(),
  /** Role to assume in accounts other than that of the function. */
  WITNESSMARK_ROLE_NAME: z.string().regex(/^[\w+=,.@-]{1,64}$/, 'expected the name of a role'),
  WITNESSMARK_EXTERNAL_ID: z.union([unset, z.string().min(2).max(1224)]).optional(),
  /** A reference that was not resolved is known to everyone who reads the template. */
  WITNESSMARK_REDACTION_SECRET: z
    .string()
    .min(32)
    .refine((it) => !it.startsWith('{{'), 'expected a secret, got a reference to one'),
});
type Environment = z.infer<typeof Environment>;

/** What to record of what the environment names; everything where left out. */
const Event = z.strictObject({
  accounts: z.array(AccountId).min(1).optional(),
  regions: z.array(Region).min(1).optional(),
  services: z.array(ServiceId).min(1).optional(),
});
type Event = z.infer<typeof Event>;

/** What the function needs from outside, made anew for each invocation. */
export interface RecordDependencies {
  readonly clock: Clock;
  cloud(options: { roleName: string; externalId?: string }): Promise<Cloud & { close?(): void }>;
  objects(bucket: string): Promise<Objects>;
}

/** Numbers of one recorded run; `failed` counts the tasks that could not be read whole. */
export interface RecordResult {
  readonly at: string;
  readonly file: string;
  readonly tasks: number;
  readonly failed: number;
  readonly calls: number;
  readonly throttles: number;
}

/**
 * The function that records: one collection run over the accounts and regions of its environment,
 * written to a bucket as a recording that `witnessmark collect --from` seals. A tenth of the time that
 * Lambda gives is kept for writing; what was not read until then is recorded as timed out.
 */
export function createRecord(
  dependencies: RecordDependencies,
  edge: Pick<WrapOptions<Event, Environment, RecordResult>, 'variables' | 'write'> = {},
): Handler<RecordResult> {
  return wrap({ event: Event, environment: Environment, run: (it) => record(dependencies, it), ...edge });
}

async function record(
  dependencies: RecordDependencies,
  { event, environment, context, log }: Invocation<Event, Environment>,
): Promise<RecordResult> {
  // Loaded here, so that what is refused at the edge costs next to nothing.
  const { cloudUntil } = await import('../src/adapters/deadline-cloud.ts');
  const { writeRunObjects } = await import('../src/adapters/aws/recording-objects.ts');
  const { runPacker } = await import('../src/adapters/recording-format.ts');
  const { recordRun } = await import('../src/app/record-run.ts');
  const { clock } = dependencies;
  const at = clock.now();
  const tasks = await tasksOf(event, environment);
  const objects = await dependencies.objects(environment.WITNESSMARK_BUCKET);
  const { WITNESSMARK_ROLE_NAME: roleName, WITNESSMARK_EXTERNAL_ID: externalId } = environment;
  const aws = await dependencies.cloud({ roleName, ...(externalId === undefined ? {} : { externalId }) });
  try {
    const cloud = cloudUntil(aws, { clock, remaining: remainingOf(context) });
    const secret = environment.WITNESSMARK_REDACTION_SECRET;
    const run = runPacker({ at, tasks });
    const { failed, calls, throttles } = await recordRun({
      cloud,
      tasks,
      service: loadService,
      at,
      secret,
      keep: run.keep,
    });
    for (const task of failed) warn(log, task);
    const { file } = await writeRunObjects(objects, run.packed());
    return { at, file, tasks: tasks.length, failed: failed.length, calls, throttles };
  } finally {
    aws.close?.();
  }
}

async function tasksOf(event: Event, environment: Environment): Promise<Task[]> {
  const chosen = within('services', event.services, environment.WITNESSMARK_SERVICES ?? Object.keys(services));
  return plan({
    accounts: within('accounts', event.accounts, environment.WITNESSMARK_ACCOUNTS),
    regions: within('regions', event.regions, environment.WITNESSMARK_REGIONS),
    services: await Promise.all(chosen.map(loadService)),
  });
}

/** An event may narrow the scope that was deployed and never widen it. */
function within(what: string, asked: readonly string[] | undefined, deployed: readonly string[]): readonly string[] {
  const others = asked?.filter((it) => !deployed.includes(it)) ?? [];
  if (others.length === 0) return asked ?? deployed;
  const message = `${what}: expected some of ${deployed.join(', ')}, got ${others.join(', ')}`;
  throw new WitnessmarkError('record-out-of-scope', message, { hint: 'deploy it with a wider scope' });
}

function remainingOf(context: LambdaContext): () => number {
  const reserve = context.getRemainingTimeInMillis() / 10;
  return () => context.getRemainingTimeInMillis() - reserve;
}

const FAILURES_PER_LINE = 5;

function warn(log: Log, { failures, ...task }: FailedTask): void {
  const first = failures.slice(0, FAILURES_PER_LINE);
  log({ level: 'warn', message: 'task not read whole', ...task, failed: failures.length, failures: first });
}

/** The entry that Lambda calls. */
export const handler = createRecord({
  clock: systemClock,
  cloud: async (options) => (await import('../src/adapters/aws/cloud.ts')).awsCloud({ clock: systemClock, ...options }),
  objects: async (bucket) => (await import('../src/adapters/aws/s3-objects.ts')).s3Objects({ bucket }),
});
