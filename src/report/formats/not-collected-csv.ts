import type { z } from 'zod';
import type { NotCollected } from '../../model/report.ts';
import { csvFormat } from '../csv/table.ts';

/** `not-collected.csv`: one row for each read that failed in the period, with the real error. */
export const format = csvFormat<z.infer<typeof NotCollected>>({
  name: 'not-collected.csv',
  describes: 'One row for each read that failed in the period, with the real error.',
  columns: [
    { name: 'account', meaning: 'AWS account id.', value: (it) => it.account },
    { name: 'region', meaning: 'AWS region, or global.', value: (it) => it.region },
    { name: 'service', meaning: 'Service that was read.', value: (it) => it.service },
    { name: 'operation', meaning: 'AWS operation that failed.', value: (it) => it.failure.operation },
    { name: 'kind', meaning: 'Kind of failure: denied, throttled, timeout, …', value: (it) => it.failure.kind },
    { name: 'error', meaning: 'Name of the error as it was given.', value: (it) => it.failure.name },
    { name: 'message', meaning: 'Message of the error as it was given.', value: (it) => it.failure.message },
    { name: 'status', meaning: 'HTTP status; empty if there was no answer.', value: (it) => it.failure.status },
    { name: 'request_id', meaning: 'AWS request id; empty if there was none.', value: (it) => it.failure.requestId },
    { name: 'first', meaning: 'First time in the period (UTC).', value: (it) => it.first },
    { name: 'last', meaning: 'Last time in the period (UTC).', value: (it) => it.last },
    { name: 'runs', meaning: 'Number of runs in which it failed.', value: (it) => it.runs },
    { name: 'subjects', meaning: 'Number of subjects that it leaves open.', value: (it) => it.subjects },
    {
      name: 'controls',
      meaning: 'Controls that it leaves open, separated by spaces.',
      value: (it) => it.controls.join(' '),
    },
  ],
  rows: (report) => report.notCollected,
});
