import type { Plan, Run, Task } from '../../model/run.ts';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { atMost, counted, type Measured, percent, type Span } from './measured.ts';

const MOST_RUNS = 20_000;
/** Tasks whose observations are looked for, newest runs first; older runs are taken at their word. */
const MOST_CHECKED = 5_000;
const SHOWN = 20;
/** A run without an end is under way for so long, and lost after that. */
const UNDER_WAY_MS = 3_600_000;

interface Collection {
  readonly plan: Plan;
  readonly run: Run | undefined;
}

/**
 * M2: of the tasks that collections planned, those that were collected whole. A run without an end has lost all of its
 * tasks; a task that its run calls collected, and that has no observations in the ledger, is lost as well.
 */
export async function captureRate(index: EvidenceIndex, span: Span): Promise<Measured> {
  const collections = await collectionsOf(index, span);
  const judged = collections.filter(({ plan, run }) => run !== undefined || !isUnderWay(plan, span));
  const expected = sum(judged.map(({ plan }) => plan.tasks.length));
  const underWay = collections.length - judged.length;
  if (expected === 0) return { unknown: nothingPlanned(span, underWay), details: { underWay } };
  const lost: string[] = [];
  let [missing, checked] = [0, 0];
  for (const it of judged.toReversed()) {
    const isChecked = checked + it.plan.tasks.length <= MOST_CHECKED;
    if (isChecked) checked += it.plan.tasks.length;
    const gone = await lostTasks(index, it, isChecked);
    missing += gone.length;
    for (const name of gone.slice(0, SHOWN - lost.length)) lost.push(name);
  }
  const unended = judged.filter(({ run }) => run === undefined).length;
  const says = `${expected - missing} of ${counted(expected, 'task')} of ${counted(judged.length, 'run')}${unended > 0 ? `; ${unended} never ended` : ''}`;
  const details = { expected, collected: expected - missing, runs: judged.length, unended, underWay, checked, lost };
  return { value: percent(expected - missing, expected), says, details };
}

async function collectionsOf(index: EvidenceIndex, { from, to }: Span): Promise<Collection[]> {
  const ends = new Map<string, Run>();
  for await (const { body } of atMost(index.bodies('run', { from, to }), MOST_RUNS, 'runs')) ends.set(body.run, body);
  const found: Collection[] = [];
  for await (const { body } of atMost(index.bodies('plan', { from, to }), MOST_RUNS, 'plans'))
    if (body.mode === 'collect') found.push({ plan: body, run: ends.get(body.run) });
  return found;
}

const isUnderWay = ({ at }: Plan, { to }: Span): boolean => Date.parse(to) - Date.parse(at) < UNDER_WAY_MS;

function nothingPlanned({ days }: Span, underWay: number): string {
  if (underWay > 0) return `${counted(underWay, 'run')} under way, and none before in the last ${counted(days, 'day')}`;
  return `no collection was planned in the last ${counted(days, 'day')}`;
}

/** Names of the tasks of a collection that were not collected whole. */
async function lostTasks(index: EvidenceIndex, { plan, run }: Collection, checks: boolean): Promise<string[]> {
  if (run === undefined) return plan.tasks.map((it) => `${plan.run} ${nameOf(it)}: the run never ended`);
  const failed = new Set(run.failed.map(nameOf));
  const seen = checks ? await observed(index, plan.run) : undefined;
  const lost: string[] = [];
  for (const name of plan.tasks.map(nameOf)) {
    if (failed.has(name)) lost.push(`${plan.run} ${name}: not read whole`);
    else if (seen !== undefined && !seen.has(name)) lost.push(`${plan.run} ${name}: no observations`);
  }
  const told = plan.tasks.length - run.collected;
  // What a run says of itself may only make it worse.
  while (lost.length < told) lost.push(`${plan.run}: a task that the run does not name`);
  return lost;
}

async function observed(index: EvidenceIndex, run: string): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { body } of index.bodies('observations', { run })) names.add(nameOf(body));
  return names;
}

const nameOf = ({ account, region, service }: Task): string => `${account}/${region}/${service}`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, it) => total + it, 0);
