import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import { parse } from 'yaml';
import { loadServices } from '../../src/collect/services.ts';
import { SLIS } from '../../src/model/health.ts';
import { ACCOUNT, invoke, makeStore, REGION, runMachine, sfn, stepsOf } from '../../test/deploy/stack.ts';
import { projectRoot } from '../generated/root.ts';
import { type CountedRun, countsOf, type Idle, idleUsd, modelOf, type RunModel, usdOf } from './cost-model.ts';
import { populate } from './population.ts';
import { AUDIT_MANAGER, MONTHLY, PRICES, PRICES_OF } from './prices.ts';
import { type CountedLine, type Counts, countsBy, UNITS, unitsOf } from './request-units.ts';

/**
 * What a run of the deployed functions costs: their requests are counted on the emulated stack, and priced by AWS's
 * lists. Started by `npm run bench:cost`. Nothing is billed, and no price is asked for. Exit code 1 where fewer than a
 * thousand resources were judged, or a run in which nothing changed wrote evidence as if all had.
 */
const FILE = process.env.COUNT_REQUESTS_TO ?? '';
/** Resources by CloudFormation type: a thousand in all, few of the kinds that have most checks, since emulators are slow. */
const POPULATION: Readonly<Record<string, number>> = {
  'AWS::DynamoDB::Table': 150,
  'AWS::EC2::Volume': 20,
  'AWS::IAM::User': 50,
  'AWS::KMS::Key': 100,
  'AWS::Logs::LogGroup': 250,
  'AWS::S3::Bucket': 30,
  'AWS::SNS::Topic': 200,
  'AWS::SQS::Queue': 200,
};
/** Share of them that is made: `npm run bench:cost -- 0.25`. */
const SHARE = Number(process.argv[2] ?? 1);
const MADE = Object.fromEntries(Object.entries(POPULATION).map(([type, count]) => [type, Math.ceil(count * SHARE)]));
const RESOURCES = Object.values(MADE).reduce((sum, it) => sum + it, 0);
const LEAST_ASSESSMENTS = 1_000;
const RUNS_A_MONTH = 30;
/** Of a fleet's subjects change, or are new, between one day's run and the next: an assumption, not a measurement. */
const CHANGED_A_DAY = 0.02;

const linesSoFar = (): CountedLine[] =>
  readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((it) => it !== '')
    .map((it) => JSON.parse(it) as CountedLine);

/** What was counted while `work` was done. */
async function during<T>(work: () => Promise<T>): Promise<{ result: T; lines: CountedLine[] }> {
  const before = linesSoFar().length;
  const result = await work();
  return { result, lines: linesSoFar().slice(before) };
}

/** States that the machine entered, each item of the map with the start of its own execution and its one state. */
async function transitionsOf(executionArn: string, tasks: number): Promise<number> {
  const events: HistoryEvent[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, nextToken, maxResults: 1000 }));
    events.push(...(page.events ?? []));
    nextToken = page.nextToken;
    if (nextToken === undefined) break;
  }
  const entered = events.filter((it) => it.stateEnteredEventDetails !== undefined);
  return entered.filter((it) => it.stateEnteredEventDetails?.name !== 'CollectOne').length + 2 * tasks;
}

/** The map itself reads its items, and writes a manifest and the results that succeeded and failed. */
const MAP = { s3Get: 1, s3Put: 3 } as const;

async function countedRun(input: object): Promise<CountedRun & { readonly lines: readonly CountedLine[] }> {
  const { result: ended, lines } = await during(() => runMachine(input));
  const steps = stepsOf(ended);
  const { tasks } = steps.plan.step;
  const { outcomes } = steps.sealed.step as unknown as { outcomes: Record<string, number> };
  const assessments = Object.values(outcomes).reduce((sum, it) => sum + it, 0);
  const transitions = await transitionsOf(ended.executionArn ?? '', tasks);
  const more: Partial<Counts> = { ...MAP, stateTransition: transitions };
  const counted = unitsOf(lines);
  return { tasks, assessments, counts: countsBy((unit) => counted[unit] + (more[unit] ?? 0)), lines };
}

const money = (usd: number): string => `$${usd < 0.1 ? usd.toPrecision(2) : usd.toFixed(2)}`;
const short = (it: number): number => Number(it.toPrecision(4));

/** One run after the other, over an account that fills in between. */
async function countRuns() {
  await makeStore();
  await runMachine({});
  const one = await countedRun({ services: ['logs'] });
  const empty = await countedRun({});
  const began = performance.now();
  const keys = { accessKeyId: ACCOUNT, secretAccessKey: 'any' };
  await populate({ endpoint: process.env.AWS_ENDPOINT_URL ?? '', region: REGION, credentials: keys }, MADE);
  console.log(`made ${RESOURCES} resources in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  const first = await countedRun({});
  const unchanged = await countedRun({});
  return { one, empty, first, unchanged };
}

/** What is invoked on a schedule of its own, once each. */
async function countScheduled() {
  const of = async (name: string, event: object) => {
    const { result, lines } = await during(() => invoke(name, event));
    if (result.errorMessage !== undefined) throw new Error(`${name}: ${result.errorMessage}`);
    return unitsOf(lines);
  };
  return [
    { name: 'update-index', counts: await of('update-index', {}), times: 4 * 730 },
    { name: 'health', counts: await of('health', {}), times: 730 },
    { name: 'audit of all', counts: await of('audit', {}), times: 4.35 },
    { name: 'audit of what is new', counts: await of('audit', { covers: 'new' }), times: 26 },
    { name: 'custom', counts: await of('custom', {}), times: 30.4 },
  ] as const;
}

/** Resources of a type in files of the stack; one that stands in two of them is one. */
function countIn(files: readonly string[], type: string): number {
  const all = files.flatMap((file) => {
    const text = readFileSync(join(projectRoot, 'serverless', file), 'utf8');
    const { Resources } = parse(text, { logLevel: 'silent' }) as { Resources: Record<string, { Type: string }> };
    return Object.entries(Resources);
  });
  return new Set(all.filter(([, it]) => it.Type === type).map(([id]) => id)).size;
}

/** Three metrics of invocations for each function and of all together; the hourly ones are of what runs each hour. */
const idleOf = (): Idle => ({
  keys: countIn(['keys.yml'], 'AWS::KMS::Key'),
  alarms: countIn(['health.yml', 'watch.yml'], 'AWS::CloudWatch::Alarm'),
  dashboards: countIn(['health.yml'], 'AWS::CloudWatch::Dashboard'),
  // The indicators with two counts of them; update-index, health, and all functions together.
  hourlyMetrics: SLIS.length + 2 + 3 * 3,
  // Four of an audit; plan, collect, seal, ingest, assess, notify, notary, audit, custom.
  dailyMetrics: 4 + 3 * 9,
  // Five at a time, each waiting twenty seconds.
  polls: 5 * 3 * 60 * 730,
});

interface Size {
  readonly name: string;
  readonly accounts: number;
  readonly regions: number;
  readonly resources: number;
}
const SIZES: readonly Size[] = [
  { name: '1 account × 1 region, 500 resources', accounts: 1, regions: 1, resources: 500 },
  { name: '20 accounts × 3 regions, 20,000 resources', accounts: 20, regions: 3, resources: 20_000 },
  { name: '200 accounts × 4 regions, 500,000 resources', accounts: 200, regions: 4, resources: 500_000 },
];

/** A month of daily runs, in US dollars. */
function monthOf(size: Size, model: RunModel, perResource: number, fixed: number, perAccount: Record<string, number>) {
  const tasks = size.accounts * ((perAccount.global ?? 0) + (perAccount.regional ?? 0) * size.regions);
  const assessments = Math.round(size.resources * perResource);
  const run = countsOf(model, { tasks, assessments, changed: assessments * CHANGED_A_DAY });
  const kept = ((run.s3Bytes * RUNS_A_MONTH) / 2 ** 30) * MONTHLY.s3Gb.usd;
  const runs = usdOf(run) * RUNS_A_MONTH;
  return {
    tasks,
    'assessments a month': assessments * RUNS_A_MONTH,
    runs: money(runs),
    'fixed, idle': money(fixed),
    'storage, added each month': money(kept),
    'all, first month': money(runs + fixed + kept),
    'per 1,000': money(((runs + fixed + kept) / (assessments * RUNS_A_MONTH)) * 1000),
    'Audit Manager for as many': money(assessments * RUNS_A_MONTH * AUDIT_MANAGER.usd),
  };
}

function tellRun(name: string, { tasks, assessments, counts, lines }: Awaited<ReturnType<typeof countedRun>>): void {
  console.log(`\n${name}: ${tasks} tasks, ${assessments} resource assessments (counted)`);
  const usd = (unit: (typeof UNITS)[number]) => (unit === 's3Bytes' ? 0 : counts[unit] * PRICES[unit].usd);
  console.table(Object.fromEntries(UNITS.map((it) => [it, { counted: short(counts[it]), usd: money(usd(it)) }])));
  const operations = Map.groupBy(
    lines.filter((it) => it.service !== undefined),
    (it) => `${it.function.split('-').slice(2).join('-')} ${it.service} ${operationOf(it)}`,
  );
  const most = [...operations].map(([it, all]) => [it, all.length] as const).sort((a, b) => b[1] - a[1]);
  for (const [it, count] of most.slice(0, 25)) console.log(`${String(count).padStart(7)}  ${it}`);
  const total = usdOf(counts);
  console.log(`${money(total)} for the run, ${money((total / assessments) * 1000)} per 1,000 assessments`);
}

function operationOf({ service, target, action, method, path = '' }: CountedLine): string {
  if (target || action) return target || action || '';
  const named = new URL(path, 'https://aws').searchParams;
  return service === 's3' ? `${method} ${named.get('x-id') ?? [...named.keys()][0] ?? ''}` : String(method);
}

const runs = await countRuns();
for (const [name, run] of Object.entries(runs)) tellRun(name, run);
const scheduled = await countScheduled();
const idle = idleOf();
const scheduledUsd = scheduled.map((it) => [it.name, { 'a month': it.times, usd: money(usdOf(it.counts) * it.times) }]);
console.log('\nscheduled beside the runs, over the store that was made here (counted once, multiplied)');
console.table(Object.fromEntries(scheduledUsd));
console.log(`idle (arithmetic): ${JSON.stringify(idle)}: ${money(idleUsd(idle))} a month`);

const model = modelOf(runs);
console.log(
  '\na run is base + tasks × task + assessments × assessment + changed × change (fitted to what was counted)',
);
console.table(
  Object.fromEntries(
    Object.entries(model).map(([part, counts]) => [part, { ...mapShort(counts), usd: money(usdOf(counts)) }]),
  ),
);
function mapShort(counts: Counts) {
  return countsBy((unit) => short(counts[unit]));
}

const { services } = await loadServices();
const perAccount = Object.groupBy(services, (it) => (it.scope === 'global' ? 'global' : 'regional'));
const fixed = idleUsd(idle) + scheduled.reduce((sum, it) => sum + usdOf(it.counts) * it.times, 0);
const perResource = (runs.unchanged.assessments - runs.empty.assessments) / RESOURCES;
console.log(
  `\n${PRICES_OF.region}, list prices as of ${PRICES_OF.asOf}; ${perResource.toFixed(2)} assessments per resource; ${CHANGED_A_DAY * 100} % change a day; a run each day (arithmetic)`,
);
const kinds = { global: perAccount.global?.length ?? 0, regional: perAccount.regional?.length ?? 0 };
console.table(Object.fromEntries(SIZES.map((it) => [it.name, monthOf(it, model, perResource, fixed, kinds)])));
console.log(`Audit Manager: ${AUDIT_MANAGER.per} (${AUDIT_MANAGER.page})`);

if (runs.unchanged.assessments < LEAST_ASSESSMENTS || runs.unchanged.counts.s3Bytes > runs.first.counts.s3Bytes)
  process.exitCode = 1;
