import type { Report } from '../../model/report.ts';
import type { Sample, SampledCall, SourceSample } from '../../model/sample.ts';
import { csvFormat } from '../csv/table.ts';

interface Row {
  readonly sample: SourceSample;
  readonly place: number;
  readonly item: Sample;
  /** Null for a subject without a recorded call, which still has a row. */
  readonly call: SampledCall | null;
}

function* rows(report: Report): Generator<Row> {
  for (const sample of report.samples) {
    for (const [index, item] of sample.items.entries()) {
      const subject = { sample, place: index + 1, item };
      if (item.calls.length === 0) yield { ...subject, call: null };
      for (const call of item.calls) yield { ...subject, call };
    }
  }
}

/** `samples.csv`: one row for each recorded call of each sampled subject. */
export const format = csvFormat<Row>({
  name: 'samples.csv',
  describes: 'One row for each recorded call behind each sampled subject.',
  columns: [
    { name: 'source', meaning: 'Source whose population the subject was drawn from.', value: (it) => it.sample.source },
    {
      name: 'population',
      meaning: 'Subjects of the source at the end of the period, from which the sample was drawn.',
      value: (it) => it.sample.population,
    },
    { name: 'drawn', meaning: 'Number of subjects drawn from them.', value: (it) => it.sample.items.length },
    {
      name: 'place',
      meaning:
        'Place of the subject in the sample, from 1. Those with the smallest SHA-256(ledger root TAB source TAB account TAB region TAB subject) are drawn.',
      value: (it) => it.place,
    },
    { name: 'entry', meaning: 'Index of the ledger entry of its evidence, from 0.', value: (it) => it.item.entry },
    { name: 'body', meaning: 'SHA-256 of the evidence body as it is stored.', value: (it) => it.item.body },
    { name: 'at', meaning: 'Time from which the evidence holds (UTC).', value: (it) => it.item.at },
    { name: 'subject', meaning: 'What was drawn, usually an ARN.', value: (it) => it.item.subject },
    { name: 'name', meaning: 'Name of the subject.', value: (it) => it.item.name },
    { name: 'account', meaning: 'AWS account id.', value: (it) => it.item.account },
    { name: 'region', meaning: 'AWS region, or global.', value: (it) => it.item.region },
    {
      name: 'outcome',
      meaning: 'compliant, non_compliant, not_applicable or inconclusive, at the end of the period.',
      value: (it) => it.item.outcome,
    },
    { name: 'reason', meaning: 'The outcome in words.', value: (it) => it.item.reason },
    {
      name: 'operation',
      meaning: 'AWS operation that was called; this and what follows are empty if no call is recorded.',
      value: (it) => it.call?.operation ?? null,
    },
    {
      name: 'request_id',
      meaning: 'Request id that AWS answered with; empty if there was none.',
      value: (it) => it.call?.requestId ?? null,
    },
    { name: 'caller', meaning: 'Identity that made the call.', value: (it) => it.call?.caller ?? null },
    { name: 'called_at', meaning: 'Time of the call (UTC).', value: (it) => it.call?.at ?? null },
    {
      name: 'retrieval',
      meaning: 'File of the pack that has the call as it was answered.',
      value: (it) => (it.call === null ? null : `data/evidence/retrievals/${it.call.object}.jsonl.gz`),
    },
    { name: 'line', meaning: 'Line of the call in that file, from 1.', value: (it) => it.call?.line ?? null },
    {
      name: 'answer_sha256',
      meaning: 'SHA-256 of the canonical JSON of the answer, or of the error.',
      value: (it) => it.call?.sha256 ?? null,
    },
  ],
  rows,
});
