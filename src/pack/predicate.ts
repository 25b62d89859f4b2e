import type { Report } from '../model/report.ts';
import type { Predicate } from './sign/dsse.ts';

/** What the signed statement says beside the hashes of `data/`. */
export function predicateOf(report: Report, tagFiles: ReadonlyMap<string, string>): Predicate {
  const { framework, period, ledger } = report;
  return {
    report: report.id,
    framework: { id: framework.id, version: framework.version, sha256: framework.sha256 },
    period: { from: period.from, to: period.to },
    ledger: { origin: ledger.origin, size: ledger.size, root: ledger.root },
    tagFiles: Object.fromEntries(tagFiles),
  };
}
