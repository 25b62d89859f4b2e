import type { ReportedRun } from '../../model/report.ts';
import { csvFormat } from '../csv/table.ts';

const failedTasks = (run: ReportedRun): string =>
  run.failed.map((task) => `${task.account}/${task.region}/${task.service}`).join('\n');

/** `runs.csv`: one row for each run that touched the period. */
export const format = csvFormat<ReportedRun>({
  name: 'runs.csv',
  describes: 'One row for each run with what it was to do and what it did.',
  columns: [
    { name: 'run', meaning: 'Id of the run.', value: (it) => it.id },
    {
      name: 'via',
      meaning:
        'Where its facts came from: aws, a recording that was played, delivered files, a lookup of the event history, or the ledger.',
      value: (it) => it.via,
    },
    { name: 'mode', meaning: 'collect, ingest (of events) or evaluate (of stored facts).', value: (it) => it.mode },
    {
      name: 'state',
      meaning: 'complete, incomplete (some tasks failed) or interrupted (it never ended).',
      value: (it) => it.state,
    },
    { name: 'started_at', meaning: 'Start (UTC).', value: (it) => it.startedAt },
    { name: 'ended_at', meaning: 'End (UTC); empty if it was interrupted.', value: (it) => it.endedAt },
    { name: 'expected', meaning: 'Tasks planned before the first call.', value: (it) => it.expected },
    { name: 'collected', meaning: 'Tasks that were done.', value: (it) => it.collected },
    { name: 'failed', meaning: 'Tasks that could not be done to their end.', value: (it) => it.failed.length },
    { name: 'calls', meaning: 'AWS calls made.', value: (it) => it.calls },
    { name: 'entry', meaning: 'Index of its ledger entry, from 0.', value: (it) => it.entry },
    { name: 'failed_tasks', meaning: 'Account, region and service of failed tasks, one a line.', value: failedTasks },
  ],
  rows: (report) => report.runs,
});
