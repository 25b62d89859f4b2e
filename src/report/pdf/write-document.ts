import { WitnessmarkError } from '../../model/error.ts';
import type { Report } from '../../model/report.ts';
import { type Attachment, attach, openDocument } from './document.ts';
import { type Book, makeBook } from './elements/book.ts';
import { furniture } from './elements/furniture.ts';
import { type Canvas, endPage, makeCanvas } from './file/canvas.ts';
import { adopt, endDocument } from './file/pdfkit-internals.ts';
import { close } from './file/tags.ts';
import { openFaces } from './text/fonts.ts';
import { writeLate } from './text/late.ts';
import { PAPERS, type Paper } from './theme.ts';

/** A place in the structure tree that an element made with `doc.struct` can be put below. */
export interface StructureParent {
  add(child: PDFKit.PDFStructureElement): unknown;
}

/** How a PDF is made, and what goes into it besides the report. */
export interface PdfOptions {
  readonly paper?: Paper;
  readonly attachments: readonly Attachment[];
  /** So many objects the file may have; what PDF/A allows unless told. Tables stop before. */
  readonly objectLimit?: number;
  /**
   * Called once, when everything is written and just before the document ends, with the cover as the
   * current page and `sans` as the current font. The place to add a signature field: whatever is
   * interactive goes below `root`, the Document element of the structure tree.
   */
  readonly beforeEnd?: (doc: PDFKit.PDFDocument, root: StructureParent) => void;
}

/**
 * A part of the report, which writes itself from its first page on. One with a long table returns its
 * steps (`tableSteps`, `withinSteps`): after each one, what has been written so far can be handed on.
 */
export type Section = (book: Book) => Iterable<void> | void;

/**
 * Writes a report as a stream of bytes, each handed on before the next page is written. Memory holds
 * the current page, the cover and what sections write between two steps.
 * @throws WitnessmarkError `report-pdf-size` when the file would have more objects than it may
 */
export async function* writeDocument(
  report: Report,
  options: PdfOptions,
  sections: readonly Section[],
): AsyncGenerator<Uint8Array> {
  const paper = options.paper ?? 'A4';
  const doc = openDocument(report, paper);
  const canvas = makeCanvas(doc, { openFaces, size: PAPERS[paper], objectLimit: options.objectLimit });
  const book = makeBook(canvas, report);
  canvas.furnish = () => furniture(book);
  for (const section of sections) {
    for (const _ of section(book) ?? []) yield* canvas.objects.take();
    yield* canvas.objects.take();
  }
  endPage(canvas);
  for (const _ of writeLate(canvas)) yield* canvas.objects.take();
  await attach(doc, canvas.objects, options.attachments, report.asOf);
  yield* canvas.objects.take();
  finish(canvas, options);
  await endDocument(canvas.engine, canvas.tree.write(canvas.objects), canvas.node.id);
  if (canvas.objects.count() > canvas.objectLimit) {
    throw new WitnessmarkError('report-pdf-size', `${canvas.objects.count()} objects, ${canvas.objectLimit} allowed`, {
      hint: 'report on a shorter period or on fewer accounts',
    });
  }
  yield* canvas.objects.take();
}

function finish({ doc, node }: Canvas, { beforeEnd }: PdfOptions): void {
  doc.switchToPage(0);
  beforeEnd?.(doc, { add: (child) => (node.kids += ` ${adopt(child, node.id)} 0 R`) });
  close(node);
}
