import type { Report } from '../../model/report.ts';
import { appendix } from './appendix.ts';
import { makeBook } from './book.ts';
import { type Canvas, makeCanvas, type Node } from './canvas.ts';
import { contents } from './contents.ts';
import { results } from './control-section.ts';
import { cover } from './cover.ts';
import { coverage } from './coverage.ts';
import { type Attachment, attach, collectBytes, openDocument, sortNamesByBytes } from './document.ts';
import { exceptionsRegister } from './exceptions.ts';
import { openFaces } from './fonts.ts';
import { furniture } from './furniture.ts';
import { overview } from './overview.ts';
import { summary } from './summary.ts';
import { PAPERS, type Paper } from './theme.ts';

export type { Attachment } from './document.ts';

export interface PdfOptions {
  readonly paper?: Paper;
  readonly attachments: readonly Attachment[];
  /**
   * Called once, when everything is written and just before the document ends, with the cover as the
   * current page and `sans` as the current font. The place to add a signature field: whatever is
   * interactive goes below `root`, the Document element of the structure tree.
   */
  readonly beforeEnd?: (doc: PDFKit.PDFDocument, root: PDFKit.PDFStructureElement) => void;
}

/** The parts of the report in order; each writes itself from its first page on. */
const SECTIONS = [cover, contents, summary, coverage, overview, results, exceptionsRegister, appendix] as const;

/**
 * Renders a report as a tagged PDF (PDF/A-3a, PDF/UA-1) with bookmarks and embedded fonts. Reads
 * nothing but its arguments and the fonts beside it; the same arguments give the same bytes.
 */
export async function renderPdf(report: Report, options: PdfOptions): Promise<Uint8Array> {
  const paper = options.paper ?? 'A4';
  const doc = openDocument(report, paper);
  const bytes = collectBytes(doc);
  const canvas = makeCanvas(doc, openFaces(doc), PAPERS[paper]);
  const book = makeBook(canvas, report);
  for (const section of SECTIONS) section(book);
  for (const write of canvas.late) write();
  furniture(book);
  attach(doc, options.attachments, report.asOf);
  sortNamesByBytes(doc);
  doc.switchToPage(0);
  options.beforeEnd?.(doc, rootOf(canvas).element);
  doc.end();
  return bytes;
}

function rootOf(canvas: Canvas): Node {
  let node = canvas.node;
  while (node.parent !== null) node = node.parent;
  return node;
}
