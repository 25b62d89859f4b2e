import type { JsonObject } from '../../model/json.ts';
import type { Report } from '../../model/report.ts';
import type { EvidenceItems } from '../format.ts';
import { findingOf, frameOf } from './finding.ts';
import { judgesOf } from './judge.ts';
import { lastStates } from './last-states.ts';

const CHUNK = 64 * 1024;

/** Valid within JSON text, but some readers take them for the end of a line. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** A line of JSON for each subject under each source as it stood at the end of the period, and for each event, in ledger order. */
export async function* findingLines(report: Report, evidence: EvidenceItems): AsyncGenerator<Uint8Array> {
  const last = await lastStates(evidence);
  const frame = frameOf(report);
  const judges = judgesOf(report);
  // Written once: a fourth of each line is the same in all.
  const head = JSON.stringify(frame.head).slice(0, -1);
  let position = 0;
  let batch = '';
  for await (const item of evidence) {
    if (!last.has(position++)) continue;
    batch += lineOf(head, findingOf(frame, item, judges.get(item.source)));
    if (batch.length < CHUNK) continue;
    yield Buffer.from(batch, 'utf8');
    batch = '';
  }
  if (batch !== '') yield Buffer.from(batch, 'utf8');
}

function lineOf(head: string, finding: JsonObject): string {
  const text = `${head},${JSON.stringify(finding).slice(1)}`;
  const escaped = text.replace(LINE_ENDS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `${escaped}\n`;
}
