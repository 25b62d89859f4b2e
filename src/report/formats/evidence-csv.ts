import type { EvidenceItem } from '../../model/report.ts';
import { type CsvColumn, csvFormat } from '../csv/table.ts';

/** Columns of a list of evidence, wherever one is written. */
export const EVIDENCE_COLUMNS: readonly CsvColumn<EvidenceItem>[] = [
  { name: 'entry', meaning: 'Index of the ledger entry, from 0.', value: (it) => it.entry },
  { name: 'body', meaning: 'SHA-256 of the evidence body as it is stored.', value: (it) => it.body },
  { name: 'at', meaning: 'Time from which it holds (UTC), or time of the event.', value: (it) => it.at },
  {
    name: 'source',
    meaning: 'Source that gave it: check, config_rule, security_hub or cloudtrail, and its id.',
    value: (it) => it.source,
  },
  { name: 'subject', meaning: 'What it is about, usually an ARN.', value: (it) => it.subject },
  { name: 'resource_type', meaning: 'CloudFormation type name of the subject.', value: (it) => it.resourceType },
  { name: 'name', meaning: 'Name of the subject.', value: (it) => it.name },
  { name: 'account', meaning: 'AWS account id.', value: (it) => it.account },
  { name: 'region', meaning: 'AWS region, or global.', value: (it) => it.region },
  {
    name: 'outcome',
    meaning: 'compliant, non_compliant, not_applicable or inconclusive.',
    value: (it) => it.outcome,
  },
  {
    name: 'change',
    meaning: 'Why it was written: first, changed, keyframe, absent or event.',
    value: (it) => it.change,
  },
  { name: 'reason', meaning: 'The outcome in words.', value: (it) => it.reason },
];

/** `evidence.csv`: one row for each item of evidence, in ledger order, without a limit. */
export const format = csvFormat<EvidenceItem>({
  name: 'evidence.csv',
  describes: 'One row for each item of evidence that the report rests on.',
  columns: EVIDENCE_COLUMNS,
  rows: (_report, evidence) => evidence,
});
