import { keepHeapLean } from '../../adapters/local/lean-heap.ts';
import { readRecording, readRun, writeRun } from '../../adapters/local/recording.ts';
import { runPacker } from '../../adapters/recording-format.ts';
import { replayCloud } from '../../adapters/replay/cloud.ts';
import type { CollectResult } from '../../app/collect.ts';
import { collect } from '../../app/collect.ts';
import type { Store } from '../../app/store.ts';
import { stampNewest } from '../../app/timestamps.ts';
import type { Catalogue } from '../../catalog/catalogue.ts';
import { plan } from '../../collect/plan.ts';
import type { TaskReading } from '../../collect/reading.ts';
import { loadService, services } from '../../collect/services.ts';
import { WitnessmarkError } from '../../model/error.ts';
import type { Outcome } from '../../model/evidence.ts';
import { zeroCounts } from '../../model/evidence.ts';
import { AccountId, Region } from '../../model/primitives.ts';
import type { Task } from '../../model/run.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { defaultRegions, ownAccount } from '../aws-scope.ts';
import { collected, command } from '../command.ts';
import type { CommonOptions, Exit, Output } from '../output.ts';
import { EXIT, oneLine } from '../output.ts';
import { catalogue, clock, withNewStore } from '../session.ts';
import { noteTimestamp } from '../timestamp-note.ts';

interface Options extends CommonOptions {
  readonly region?: readonly string[];
  readonly account?: readonly string[];
  readonly service?: readonly string[];
  readonly framework?: readonly string[];
  readonly roleName?: string;
  readonly externalId?: string;
  readonly from?: string;
  readonly record?: string;
}

export const collectCommand = () =>
  command<Options>(
    {
      name: 'collect',
      description: 'read AWS (or a recording of it), judge, and seal the evidence',
      configure: (it) =>
        it
          .option('--region <region>', 'a region to look at (repeatable; default: AWS_REGION)', collected)
          .option('--account <id>', 'an account to look at (repeatable; default: that of the credentials)', collected)
          .option(
            '--service <id>',
            `a service to read (repeatable; default: all of ${Object.keys(services).join(', ')})`,
            collected,
          )
          .option(
            '--framework <file>',
            'a framework of your own whose check parameters are judged too (repeatable)',
            collected,
          )
          .option(
            '--role-name <name>',
            'role to assume in accounts other than that of the credentials',
            'WitnessmarkReadOnly',
          )
          .option('--external-id <id>', 'external id for that role')
          .option('--from <recording>', 'play a recording instead of calling AWS')
          .option('--record <dir>', 'also write every call to a recording'),
    },
    async ({ options, out }) => {
      keepHeapLean();
      await checkScope(options);
      return withNewStore(options, out, (store) => run(store, options, out));
    },
  );

/** Whatever can be wrong with what was asked is said before a store is made. */
async function checkScope({ service, account, region, from }: Options): Promise<void> {
  for (const id of service ?? []) await loadService(id);
  for (const [name, values, schema] of [
    ['--account', account, AccountId],
    ['--region', region, Region],
  ] as const) {
    const wrong = values?.map((value) => schema.safeParse(value)).find((it) => !it.success);
    if (wrong)
      throw new WitnessmarkError('usage-scope', `${name} ${values?.join(', ')}: ${wrong.error?.issues[0]?.message}`);
  }
  if (from !== undefined) await readRecording(from);
}

async function run(store: Store, options: Options, out: Output): Promise<Exit> {
  const started = performance.now();
  const results =
    options.from === undefined ? [await collectLive(store, options, out)] : await collectRecorded(store, options, out);
  // Once for all runs of a recording: the newest checkpoint covers the others.
  const { timestamp } = await stampNewest(store);
  const seconds = Math.round((performance.now() - started) / 10) / 100;
  const summary = { ...sum(results), seconds, ...(timestamp === undefined ? {} : { timestamp }) };
  out.emit(results.length === 1 ? summary : { ...summary, runs: results.map(brief) });
  show(summary, results, out);
  noteTimestamp(timestamp, out);
  return summary.failed > 0 || summary.outcomes.inconclusive > 0 ? EXIT.incomplete : EXIT.good;
}

async function collectLive(store: Store, options: Options, out: Output): Promise<CollectResult> {
  // Loaded here so that everything that needs no AWS starts without its SDK.
  const { awsCloud } = await import('../../adapters/aws/cloud.ts');
  const { roleName, externalId } = options;
  const cloud = awsCloud({ clock, ...(roleName ? { roleName } : {}), ...(externalId ? { externalId } : {}) });
  const accounts = options.account ?? [await ownAccount(cloud)];
  const known = await catalogue(options.framework);
  const chosen = await Promise.all((options.service ?? Object.keys(services)).map(loadService));
  const tasks = plan({ accounts, regions: options.region ?? defaultRegions(), services: chosen });
  const at = clock.now();
  const recording = options.record === undefined ? undefined : runPacker({ at, tasks });
  const result = await collectOnce(store, {
    cloud,
    via: 'aws',
    tasks,
    known,
    at,
    out,
    onReading: ({ task, retrievals }) => recording?.keep(tasks.indexOf(task), retrievals),
  });
  if (options.record !== undefined && recording !== undefined) {
    await writeRun({ folder: options.record, ...recording.packed() });
    out.note(`recorded ${result.calls} calls in ${options.record}`);
  }
  cloud.close();
  return result;
}

async function collectRecorded(store: Store, options: Options, out: Output): Promise<CollectResult[]> {
  const known = await catalogue(options.framework);
  const results: CollectResult[] = [];
  const folder = options.from ?? '';
  for (const run of (await readRecording(folder)).runs) {
    const recorded = await readRun(folder, run);
    const tasks = recorded.tasks.filter((task) => isAsked(task, options));
    if (tasks.length === 0) continue;
    const cloud = replayCloud(recorded.retrievals);
    results.push(await collectOnce(store, { cloud, via: 'recording', tasks, known, at: recorded.at, out }));
  }
  if (results.length > 0) return results;
  throw new WitnessmarkError(
    'usage-scope',
    `${folder} holds nothing of the accounts, regions and services that were asked for`,
  );
}

function isAsked(task: Task, { account, region, service }: Options): boolean {
  return (
    (account?.includes(task.account) ?? true) &&
    (task.region === 'global' || (region?.includes(task.region) ?? true)) &&
    (service?.includes(task.service) ?? true)
  );
}

interface Once {
  readonly cloud: Cloud;
  readonly via: 'aws' | 'recording';
  readonly tasks: readonly Task[];
  readonly known: Catalogue;
  readonly at: string;
  readonly out: Output;
  readonly onReading?: (reading: TaskReading) => void;
}

function collectOnce(store: Store, { cloud, via, tasks, known, at, out, onReading }: Once): Promise<CollectResult> {
  return collect(store, {
    cloud,
    via,
    tasks,
    service: loadService,
    catalogue: known,
    at,
    onTask: (done, of, reading) => {
      const { account, region, service } = reading.task;
      out.progress(done, of, `${at.slice(0, 16)}Z ${service} in ${account}/${region}`);
      onReading?.(reading);
    },
  });
}

interface Summary {
  readonly run: string;
  readonly expected: number;
  readonly collected: number;
  readonly failed: number;
  readonly outcomes: Record<Outcome, number>;
  readonly calls: number;
  readonly throttles: number;
}

/** Counts of all runs together; `run` is the newest. */
function sum(results: readonly CollectResult[]): Summary {
  const outcomes = zeroCounts();
  for (const result of results)
    for (const key of Object.keys(outcomes) as Outcome[]) outcomes[key] += result.outcomes[key];
  const total = (pick: (it: CollectResult) => number): number => results.reduce((n, it) => n + pick(it), 0);
  return {
    run: results.at(-1)?.run ?? '',
    expected: total((it) => it.expected),
    collected: total((it) => it.collected),
    failed: total((it) => it.failed.length),
    outcomes,
    calls: total((it) => it.calls),
    throttles: total((it) => it.throttles),
  };
}

const brief = ({ failed, ...rest }: CollectResult) => ({ ...rest, failed: failed.length });

function show(summary: Summary & { seconds: number }, results: readonly CollectResult[], out: Output): void {
  const { expected, collected: done, outcomes, calls, throttles, seconds } = summary;
  out.print(
    `${results.length === 1 ? `run ${summary.run}` : `${results.length} runs`}: ${done} of ${expected} tasks collected whole, ${calls} calls, ${throttles} throttled, ${seconds} s`,
  );
  out.print(
    `outcomes: ${outcomes.compliant} compliant, ${outcomes.non_compliant} non-compliant, ${outcomes.inconclusive} inconclusive, ${outcomes.not_applicable} not applicable`,
  );
  const known = results.filter((it) => it.known).length;
  if (known > 0) out.note(`${known} of ${results.length} runs were in the ledger already: nothing was added for them`);
  const failures = new Map<string, number>();
  for (const task of results.flatMap((it) => it.failed)) {
    for (const it of task.failures) {
      const line = `${task.account}/${task.region}  ${it.operation}: ${it.kind}, ${it.name}${it.status === null ? '' : ` (${it.status})`}: ${oneLine(it.message)}`;
      failures.set(line, (failures.get(line) ?? 0) + 1);
    }
  }
  if (failures.size > 0) out.note(`could not be read (everything that rests on it is inconclusive):`);
  for (const [line, runs] of [...failures].slice(0, 20)) out.note(`  ${line}${runs > 1 ? `  [${runs} runs]` : ''}`);
  if (failures.size > 20) out.note(`  … and ${failures.size - 20} more, in the run's record`);
}
