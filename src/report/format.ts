import type { EvidenceItem, Report } from '../model/report.ts';

/** Goes up whenever a rendering of the same report changes or one is added: older packs are not compared then. */
export const RENDERING = 4;

/** Items in ledger order. Read once by each format that lists them, so pass something that can be read again. */
export type EvidenceItems = Iterable<EvidenceItem> | AsyncIterable<EvidenceItem>;

/** A column of a tabular format, for the data dictionary. */
export interface ColumnMeaning {
  readonly name: string;
  readonly meaning: string;
}

/**
 * One file that a report is rendered to. `render` is pure: the same report and items give the same
 * bytes, in chunks, so that a million items never stand in memory together.
 */
export interface ReportFormat {
  /** File name in the pack's `data` folder. */
  readonly name: string;
  readonly mediaType: string;
  /** What the file is for, in one sentence. */
  readonly describes: string;
  readonly columns?: readonly ColumnMeaning[];
  render(report: Report, evidence: EvidenceItems): AsyncIterable<Uint8Array>;
}
