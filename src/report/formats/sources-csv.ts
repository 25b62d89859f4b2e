import type { ControlResult, SourceResult } from '../../model/report.ts';
import { csvFormat } from '../csv/table.ts';
import { type Remediation, remediationOf } from '../remediation.ts';

interface Row {
  readonly control: ControlResult;
  readonly source: SourceResult;
  /** Events do not last, so there is nothing to put right about them. */
  readonly remediation: Remediation | undefined;
}

/** `sources.csv`: one row for each source of evidence of each control: what was tested, on how many, with which result. */
export const format = csvFormat<Row>({
  name: 'sources.csv',
  describes: 'One row for each source of evidence of each control: what was tested, on how many, with which result.',
  columns: [
    { name: 'control', meaning: 'Control that the source is evidence for.', value: (it) => it.control.id },
    { name: 'source', meaning: 'Kind and id of the source, as in evidence.csv.', value: (it) => it.source.source },
    { name: 'title', meaning: 'What should hold.', value: (it) => it.source.title },
    { name: 'strength', meaning: 'direct, partial or supporting.', value: (it) => it.source.strength },
    { name: 'why', meaning: 'Why it is evidence for this control.', value: (it) => it.source.why },
    {
      name: 'applies',
      meaning: 'Expression that says which subjects it concerns; empty for all, or where AWS judged.',
      value: (it) => it.source.applies ?? null,
    },
    {
      name: 'expect',
      meaning: 'Expression that was applied, exactly; empty where AWS judged.',
      value: (it) => it.source.expect ?? null,
    },
    { name: 'params', meaning: 'Its parameters, as JSON.', value: (it) => JSON.stringify(it.source.params) },
    {
      name: 'expression_sha256',
      meaning: 'SHA-256 of the test; empty where AWS judged.',
      value: (it) => it.source.expressionSha256 ?? null,
    },
    { name: 'subjects', meaning: 'Subjects at the end of the period.', value: (it) => it.source.population },
    { name: 'compliant', meaning: 'Of these, compliant.', value: (it) => it.source.counts.compliant },
    {
      name: 'failing',
      meaning: 'Of these, failing, accepted ones too.',
      value: (it) => it.source.counts.non_compliant,
    },
    {
      name: 'inconclusive',
      meaning: 'Of these, such as could not be judged.',
      value: (it) => it.source.counts.inconclusive,
    },
    {
      name: 'not_applicable',
      meaning: 'Of these, such as the test does not concern.',
      value: (it) => it.source.counts.not_applicable,
    },
    {
      name: 'events',
      meaning: 'Matched events in the period; empty for resources.',
      value: (it) => it.source.events ?? null,
    },
    {
      name: 'observed_days',
      meaning: 'Days of the period on which it was observed.',
      value: (it) => it.source.observedDays,
    },
    { name: 'observations', meaning: 'Observations in the period.', value: (it) => it.source.observations },
    {
      name: 'days',
      meaning:
        'One character for each day: c all compliant, f some failing, i some inconclusive, 0 no subjects, x population unknown, . not observed.',
      value: (it) => it.source.days,
    },
    {
      name: 'put_right',
      meaning: 'Failures that ended in the period.',
      value: (it) => it.remediation?.putRight ?? null,
    },
    {
      name: 'median_seconds',
      meaning: 'Median time of those in seconds; empty if there are none.',
      value: (it) => it.remediation?.median ?? null,
    },
    {
      name: 'longest_seconds',
      meaning: 'Longest time of those in seconds; empty if there are none.',
      value: (it) => it.remediation?.longest ?? null,
    },
    {
      name: 'open',
      meaning: 'Failures open at the end, accepted ones too.',
      value: (it) => it.remediation?.open ?? null,
    },
    { name: 'remediation', meaning: 'What to do when it fails.', value: (it) => it.source.remediation },
  ],
  rows: (report) =>
    report.controls.flatMap((control) =>
      control.sources.map((source) => {
        const remediation = source.events === undefined ? remediationOf(source.failing) : undefined;
        return { control, source, remediation };
      }),
    ),
});
