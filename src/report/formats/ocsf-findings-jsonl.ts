import type { ReportFormat } from '../format.ts';
import { findingLines } from '../ocsf/lines.ts';

/** `ocsf-findings.jsonl`: the state of every subject at the end of the period, for SIEMs and data lakes that read OCSF. */
export const format: ReportFormat = {
  name: 'ocsf-findings.jsonl',
  mediaType: 'application/jsonl; charset=utf-8',
  describes:
    'One OCSF Compliance Finding a line: each subject under each source at the end of the period, and each event.',
  render: findingLines,
};
