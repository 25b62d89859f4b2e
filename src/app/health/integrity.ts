import type { AuditRecord } from '../../model/audit-record.ts';
import type { EvidenceIndex } from '../../ports/evidence-index.ts';
import { atMost, counted, type Measured, percent, type Span } from './measured.ts';

const MOST_AUDITS = 20_000;
const SHOWN = 20;

/** M7: of the audits of the ledger that are entries of it, those that found no error. */
export async function integrityChecks(index: EvidenceIndex, { from, to, days }: Span): Promise<Measured> {
  const audits: AuditRecord[] = [];
  for await (const { body } of atMost(index.bodies('audit', { from, to }), MOST_AUDITS, 'audits')) audits.push(body);
  const last = audits.at(-1);
  if (last === undefined) return { unknown: `no audit was sealed in the last ${counted(days, 'day')}` };
  const passed = audits.filter((it) => it.ok).length;
  const whole = audits.findLast((it) => it.covered === 'whole')?.at ?? null;
  const findings = audits.flatMap((it) => it.findings.filter(({ severity }) => severity === 'error'));
  const found = [...new Set(findings.map(({ code, object }) => `${code} ${object}`))].slice(0, SHOWN);
  const says = `${passed} of ${counted(audits.length, 'audit')} passed; the last, of ${last.at}, ${last.ok ? 'passed' : 'failed'}`;
  const details = { audits: audits.length, passed, last: last.at, lastPassed: last.ok, lastWhole: whole, found };
  return { value: percent(passed, audits.length), says, details };
}
