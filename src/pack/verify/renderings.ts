import { createHash } from 'node:crypto';
import { sha256Hex } from '../../ledger/canonical.ts';
import type { EvidenceItem, Report } from '../../model/report.ts';
import { evidenceItem } from '../../report/evidence-item.ts';
import type { ReportFormat } from '../../report/format.ts';
import { FORMATS } from '../../report/formats.ts';
import { PATHS } from '../paths.ts';
import { type EvidenceState, MAX_LINE } from './bodies.ts';
import { linesOf } from './lines.ts';
import type { Pack } from './pack.ts';
import type { Finding } from './types.ts';

/**
 * Renders every format of the report again, from report.json and the bodies, and compares the bytes.
 * To be asked only once the bodies are known to be right: nothing is checked about them here.
 */
export async function renderingFindings(pack: Pack): Promise<Finding[]> {
  const [report, digests] = [await pack.report(), await pack.digests()];
  const findings: Finding[] = [];
  const aside = await pack.aside?.renderings();
  for (const format of FORMATS.values()) {
    const file = `data/${format.name}`;
    const found = digests.get(file);
    if (found === undefined) findings.push({ file, message: 'is missing' });
    else if (found !== (aside?.get(format.name) ?? (await renderedDigest(pack, report, format))))
      findings.push(await difference(pack, report, format));
  }
  return findings;
}

function rendered(pack: Pack, report: Report, format: ReportFormat): AsyncIterable<Uint8Array> {
  return format.render(report, { [Symbol.asyncIterator]: () => evidenceItems(pack) });
}

async function renderedDigest(pack: Pack, report: Report, format: ReportFormat): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of rendered(pack, report, format)) digest.update(chunk);
  return digest.digest('hex');
}

/** The first line that is another one. */
async function difference(pack: Pack, report: Report, format: ReportFormat): Promise<Finding> {
  const file = `data/${format.name}`;
  const expected = linesOf(rendered(pack, report, format), MAX_LINE);
  let line = 0;
  for await (const found of linesOf(pack.files.read(file), MAX_LINE)) {
    line = found.number;
    const { value } = await expected.next();
    if (value === undefined || Buffer.compare(value.bytes, found.bytes) !== 0) break;
    line += 1;
  }
  return { file, line, message: `is not what ${PATHS.json} and the evidence give` };
}

async function* evidenceItems(pack: Pack): AsyncGenerator<EvidenceItem> {
  const { evidence } = await pack.bodies();
  if (evidence.at(-1)?.shown === undefined) yield* itemsRead(pack);
  else for (const state of evidence) yield itemOf(state);
}

function itemOf({ index, hash, at, eventTime, shown, ...state }: EvidenceState): EvidenceItem {
  const { resourceType = '', name = '', reason = '' } = shown ?? {};
  const { source, subject, account, region, outcome, change } = state;
  const head = { source, subject, resourceType, name, account, region, outcome, change };
  return { entry: index, body: hash, at: eventTime ?? at, ...head, reason };
}

/** As the file has them: what is not kept is read again. */
async function* itemsRead(pack: Pack): AsyncGenerator<EvidenceItem> {
  const { byBody } = await pack.proofs();
  for await (const { bytes } of linesOf(pack.files.read(PATHS.bodies), MAX_LINE)) {
    const hash = sha256Hex(bytes);
    const index = byBody.get(hash)?.index;
    const body = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (index !== undefined && body.kind === 'evidence') yield evidenceItem({ index, hash, evidence: body });
  }
}
