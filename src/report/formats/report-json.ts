import { canonicalize } from '../../ledger/canonical.ts';
import type { Report } from '../../model/report.ts';
import type { ReportFormat } from '../format.ts';

/** `report.json`: the whole report as canonical JSON (RFC 8785) and a line feed; every other file is rendered from it. */
export const format: ReportFormat = {
  name: 'report.json',
  mediaType: 'application/json',
  describes: 'The whole assessment, machine-readable; every other file is rendered from it.',
  async *render(report) {
    yield reportJson(report);
  },
};

/** The bytes of `report.json`. */
export function reportJson(report: Report): Uint8Array {
  return Buffer.from(`${canonicalize(report)}\n`, 'utf8');
}
