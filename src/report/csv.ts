import type { Report } from '../model/report.ts';
import type { EvidenceItems } from './format.ts';
import { FORMATS } from './formats.ts';

/** One file, its bytes in chunks that are made as they are read. */
export interface RenderedFile {
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** All CSV files of a report, the data dictionary among them. Nothing is rendered before it is read. */
export function renderCsv(report: Report, evidence: EvidenceItems): RenderedFile[] {
  return [...FORMATS.values()]
    .filter((format) => format.name.endsWith('.csv'))
    .map((format) => ({ name: format.name, chunks: format.render(report, evidence) }));
}
