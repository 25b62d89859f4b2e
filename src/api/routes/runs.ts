import { z } from 'zod';
import { endOf, startOf } from '../../assess/days.ts';
import type { LedgerRun } from '../../assess/input.ts';
import { reportedRuns } from '../../assess/runs.ts';
import { ReportedRun } from '../../model/report.ts';
import type { Plan, Run } from '../../model/run.ts';
import type { Scope } from '../../model/scope.ts';
import { versionOf } from '../about.ts';
import { PAGING, page, pageOf } from '../cursor.ts';
import { type Call, json, type Route, route } from '../route.ts';
import { ABOUT, ALL, notFound } from '../shapes.ts';

const { failed: _failed, ...head } = ReportedRun.shape;
/** A run in numbers; `failedTasks` could not be read whole. */
export const RunHead = z.strictObject({ ...head, failedTasks: z.int().min(0) }).meta({ id: 'RunHead' });
/** A run with every read of it that failed: what could not be collected, and the real errors. */
export const RunWithFailures = ReportedRun.meta({ id: 'Run' });

const ListRuns = z.strictObject({ ...ABOUT, ...PAGING });

type Asking = Pick<Call<unknown, unknown, unknown>, 'ports' | 'known' | 'assessment'>;

/** Runs in ledger order of their plans; of an assessment those of its period, with their tasks in its scope only. */
async function runsOf({ ports, known, assessment }: Asking): Promise<ReportedRun[]> {
  const about = assessment === undefined ? undefined : (await versionOf({ known }, assessment)).assessment;
  if (about === undefined) await known();
  const { index } = ports.store;
  const ends = new Map<string, Run>();
  for await (const { body } of index.bodies('run')) ends.set(body.run, body);
  const runs: LedgerRun[] = [];
  const filter = about === undefined ? {} : { from: startOf(about.period), to: endOf(about.period) };
  for await (const { index: entry, body } of index.bodies('plan', filter))
    runs.push({ entry, plan: body satisfies Plan, run: ends.get(body.run) });
  return runs.flatMap((it) => reportedRuns([it], about?.scope ?? wholeScope(it.plan)));
}

const wholeScope = ({ tasks }: Plan): Scope => ({
  accounts: [...new Set(tasks.map((it) => it.account))],
  regions: [...new Set(tasks.map((it) => it.region))],
});

function headOf({ failed, ...rest }: ReportedRun): z.infer<typeof RunHead> {
  return { ...rest, failedTasks: failed.length };
}

export const RUN_ROUTES: readonly Route[] = [
  route({
    method: 'get',
    path: '/v1/runs',
    operation: 'listRuns',
    summary: 'Collection runs, oldest first',
    tag: 'Runs',
    roles: ALL,
    recorded: false,
    params: z.strictObject({}),
    query: ListRuns,
    answer: { status: 200, says: 'Runs.', content: pageOf(RunHead) },
    async handle(call) {
      const runs = await runsOf(call);
      const size = await call.ports.store.index.size();
      return json(
        await page({ ...call.query, assessment: call.assessment }, size, {
          of: 'listRuns',
          rows: () => runs,
          placeOf: ({ entry }) => ({ index: entry }),
          itemOf: headOf,
        }),
      );
    },
  }),
  route({
    method: 'get',
    path: '/v1/runs/{run}',
    operation: 'getRun',
    summary: 'One run, with everything that could not be collected',
    tag: 'Runs',
    roles: ALL,
    recorded: false,
    params: z.strictObject({ run: z.uuid() }),
    query: z.strictObject(ABOUT),
    answer: { status: 200, says: 'The run.', content: RunWithFailures },
    async handle(call) {
      const found = (await runsOf(call)).find((it) => it.id === call.params.run);
      if (found === undefined) throw notFound('such run here');
      return json(found);
    },
  }),
];
