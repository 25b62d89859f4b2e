import type { z } from 'zod';
import type { ReportedException } from '../../model/report.ts';
import { csvFormat } from '../csv/table.ts';

/** `exceptions.csv`: one row for each accepted risk. */
export const format = csvFormat<z.infer<typeof ReportedException>>({
  name: 'exceptions.csv',
  describes: 'One row for each accepted risk.',
  columns: [
    { name: 'exception', meaning: 'Id of the exception.', value: (it) => it.id },
    {
      name: 'state',
      meaning: 'in_force, expired, or unused: nothing that it covers failed in the period.',
      value: (it) => it.state,
    },
    { name: 'source', meaning: 'Source whose failures it accepts.', value: (it) => it.source },
    { name: 'subject', meaning: 'Subject that it covers; may end in *.', value: (it) => it.subject },
    { name: 'control', meaning: 'Control that it is limited to; empty for all.', value: (it) => it.control ?? null },
    { name: 'owner', meaning: 'Who carries the risk.', value: (it) => it.owner },
    { name: 'approver', meaning: 'Who approved it.', value: (it) => it.approver },
    { name: 'approved', meaning: 'Day of the approval.', value: (it) => it.approved },
    { name: 'expires', meaning: 'Last day on which it is valid.', value: (it) => it.expires },
    { name: 'reason', meaning: 'Why the risk is accepted.', value: (it) => it.reason },
    {
      name: 'covered',
      meaning: 'Number of failing subjects that it covered in the period.',
      value: (it) => it.subjects.length,
    },
    { name: 'covered_subjects', meaning: 'Those subjects, one a line.', value: (it) => it.subjects.join('\n') },
  ],
  rows: (report) => report.exceptions,
});
