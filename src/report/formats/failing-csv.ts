import type { ControlResult, FailingInterval, Report, SourceResult } from '../../model/report.ts';
import { csvFormat } from '../csv/table.ts';

interface Row {
  readonly control: ControlResult;
  readonly source: SourceResult;
  readonly interval: FailingInterval;
}

function* rows(report: Report): Generator<Row> {
  for (const control of report.controls) {
    for (const source of control.sources) {
      for (const interval of source.failing) yield { control, source, interval };
    }
  }
}

/** `failing.csv`: one row for each interval in which a subject failed, for each control that it matters to. */
export const format = csvFormat<Row>({
  name: 'failing.csv',
  describes: 'One row for each interval in which a subject failed, for each control that it matters to.',
  columns: [
    { name: 'control', meaning: 'Control that the source is evidence for.', value: (it) => it.control.id },
    { name: 'source', meaning: 'Source under which the subject failed.', value: (it) => it.source.source },
    { name: 'strength', meaning: 'direct, partial or supporting.', value: (it) => it.source.strength },
    { name: 'subject', meaning: 'What failed, usually an ARN.', value: (it) => it.interval.subject },
    { name: 'name', meaning: 'Name of the subject.', value: (it) => it.interval.name },
    { name: 'account', meaning: 'AWS account id.', value: (it) => it.interval.account },
    { name: 'region', meaning: 'AWS region, or global.', value: (it) => it.interval.region },
    { name: 'from', meaning: 'First seen failing (UTC).', value: (it) => it.interval.from },
    { name: 'to', meaning: 'First seen otherwise (UTC); empty while it fails.', value: (it) => it.interval.to },
    {
      name: 'seconds',
      meaning: 'Seconds between the two: the time to remediation; empty while it fails.',
      value: (it) => it.interval.seconds,
    },
    {
      name: 'end',
      meaning:
        'What ended it: compliant, not_applicable, gone, or unjudged (what judged it is gone); empty while open.',
      value: (it) => it.interval.end,
    },
    { name: 'reason', meaning: 'Why it failed.', value: (it) => it.interval.reason },
    {
      name: 'exception',
      meaning: 'Exception that covers it at the end of the period; empty if none.',
      value: (it) => it.interval.exception,
    },
    {
      name: 'entries',
      meaning: 'Ledger entries that opened and closed it, separated by spaces.',
      value: (it) => it.interval.entries.join(' '),
    },
  ],
  rows,
});
