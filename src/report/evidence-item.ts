import type { EvidenceHead } from '../model/evidence.ts';
import type { EvidenceItem } from '../model/report.ts';

/** An evidence body as reports list it, with the index of its ledger entry and the hash of its bytes. */
export function evidenceItem({
  index,
  hash,
  evidence,
}: {
  index: number;
  hash: string;
  evidence: EvidenceHead;
}): EvidenceItem {
  const { source, subject, resourceType, name, account, region, outcome, change, reason } = evidence;
  const at = evidence.event?.eventTime ?? evidence.at;
  return {
    entry: index,
    body: hash,
    at,
    source,
    subject,
    resourceType,
    name,
    account,
    region,
    outcome,
    change,
    reason,
  };
}
