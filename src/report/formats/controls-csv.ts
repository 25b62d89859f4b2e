import type { ControlResult, Report, SourceResult } from '../../model/report.ts';
import { csvFormat } from '../csv/table.ts';

interface Row {
  readonly control: ControlResult;
  readonly setTitle: string;
  readonly days: number;
}

const sum = (sources: readonly SourceResult[], of: (source: SourceResult) => number): number =>
  sources.reduce((total, source) => total + of(source), 0);

/** Of the direct sources, the one that was observed on the fewest days. */
function leastObserved(control: ControlResult): number | null {
  const days = control.sources.filter((it) => it.strength === 'direct').map((it) => it.observedDays);
  return days.length === 0 ? null : Math.min(...days);
}

function* rows(report: Report): Generator<Row> {
  const titles = new Map(report.sets.map((set) => [set.id, set.title]));
  for (const control of report.controls) {
    yield { control, setTitle: titles.get(control.set) ?? '', days: report.days };
  }
}

/** `controls.csv`: one row for each control of the framework. */
export const format = csvFormat<Row>({
  name: 'controls.csv',
  describes: 'One row for each control with its verdict.',
  columns: [
    { name: 'control', meaning: 'Official id of the control.', value: (it) => it.control.id },
    { name: 'set', meaning: 'Id of its control set.', value: (it) => it.control.set },
    { name: 'set_title', meaning: 'Title of its control set.', value: (it) => it.setTitle },
    { name: 'title', meaning: 'What the control asks for, in our own words.', value: (it) => it.control.title },
    {
      name: 'responsibility',
      meaning: 'customer, shared or aws: who answers for it.',
      value: (it) => it.control.responsibility,
    },
    {
      name: 'status',
      meaning: 'required or addressable where the framework says so, else empty.',
      value: (it) => it.control.status ?? null,
    },
    { name: 'verdict', meaning: 'Verdict over the period.', value: (it) => it.control.verdict },
    { name: 'reasons', meaning: 'Why, in full sentences.', value: (it) => it.control.reasons.join(' ') },
    { name: 'sources', meaning: 'Number of automated sources.', value: (it) => it.control.sources.length },
    {
      name: 'direct_sources',
      meaning: 'Number of those that are direct evidence.',
      value: (it) => it.control.sources.filter((source) => source.strength === 'direct').length,
    },
    {
      name: 'subjects',
      meaning: 'Subjects at the end of the period, added up over the sources.',
      value: (it) => sum(it.control.sources, (source) => source.population),
    },
    {
      name: 'failing',
      meaning: 'Subjects failing at the end of the period, added up over the sources, accepted ones included.',
      value: (it) => sum(it.control.sources, (source) => source.counts.non_compliant),
    },
    {
      name: 'inconclusive',
      meaning: 'Subjects that could not be judged at the end of the period, added up over the sources.',
      value: (it) => sum(it.control.sources, (source) => source.counts.inconclusive),
    },
    {
      name: 'least_observed_days',
      meaning: 'Days on which the least observed direct source was observed; empty without direct source.',
      value: (it) => leastObserved(it.control),
    },
    { name: 'days', meaning: 'Days of the period.', value: (it) => it.days },
    {
      name: 'manual',
      meaning: 'Number of things that a person has to provide.',
      value: (it) => it.control.manual.length,
    },
    {
      name: 'manual_open',
      meaning: 'Number of those that are missing or expired.',
      value: (it) => it.control.manual.filter((ask) => ask.status !== 'valid').length,
    },
  ],
  rows,
});
