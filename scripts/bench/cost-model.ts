import { MONTHLY, PRICES } from './prices.ts';
import { type Counts, countsBy } from './request-units.ts';

/** What was counted while one run was made. */
export interface CountedRun {
  readonly tasks: number;
  /** Subjects judged by a source: resource assessments. */
  readonly assessments: number;
  readonly counts: Counts;
}

/** Runs of one deployment: with one task, with all over an account almost empty, over a full one, each unchanged. */
export interface CountedRuns {
  readonly one: CountedRun;
  readonly empty: CountedRun;
  readonly unchanged: CountedRun;
  /** The run before `unchanged`, to which all was new. */
  readonly first: CountedRun;
}

/** A run is `base`, and so much for each task and each assessment, and more for those that are new or changed. */
export interface RunModel {
  readonly base: Counts;
  readonly task: Counts;
  readonly assessment: Counts;
  readonly change: Counts;
}

/** US dollars of what is billed at once; bytes that are kept are not among it. */
export const usdOf = (counts: Counts): number =>
  Object.entries(PRICES).reduce((sum, [unit, { usd }]) => sum + usd * counts[unit as keyof typeof PRICES], 0);

const per = (more: Counts, less: Counts, by: number): Counts =>
  countsBy((unit) => Math.max(0, by > 0 ? (more[unit] - less[unit]) / by : 0));

/** The straight lines through what was counted; what came out below nothing by chance is nothing. */
export function modelOf({ one, empty, unchanged, first }: CountedRuns): RunModel {
  const assessment = per(unchanged.counts, empty.counts, unchanged.assessments - empty.assessments);
  // Of what the empty account has, its few subjects are not the tasks' doing.
  const bare = (it: CountedRun): Counts => countsBy((unit) => it.counts[unit] - it.assessments * assessment[unit]);
  const task = per(bare(empty), bare(one), empty.tasks - one.tasks);
  const base = countsBy((unit) => Math.max(0, bare(one)[unit] - one.tasks * task[unit]));
  const change = per(first.counts, unchanged.counts, first.assessments - empty.assessments);
  return { base, task, assessment, change };
}

/** What one run of such a size makes. */
export function countsOf(model: RunModel, size: { tasks: number; assessments: number; changed: number }): Counts {
  const { base, task, assessment, change } = model;
  return countsBy(
    (unit) => base[unit] + size.tasks * task[unit] + size.assessments * assessment[unit] + size.changed * change[unit],
  );
}

/** What is paid whether a run is made or not: counted in the templates, but for the metrics. */
export interface Idle {
  readonly keys: number;
  readonly alarms: number;
  readonly dashboards: number;
  /** Custom metrics that are sent every hour, and those that are sent in one hour of a day. */
  readonly hourlyMetrics: number;
  readonly dailyMetrics: number;
  /** Requests of Lambda's pollers to a queue that feeds a function. */
  readonly polls: number;
}

/** US dollars a month. */
export function idleUsd({ keys, alarms, dashboards, hourlyMetrics, dailyMetrics, polls }: Idle): number {
  const metrics = hourlyMetrics + dailyMetrics / 24;
  const { key, alarm, dashboard, metric } = MONTHLY;
  return (
    keys * key.usd + alarms * alarm.usd + dashboards * dashboard.usd + metrics * metric.usd + polls * PRICES.sqs.usd
  );
}
