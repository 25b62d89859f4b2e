import type { Report } from '../../src/model/report.ts';
import { collect } from '../../src/pack/sink.ts';
import { type Canvas, endPage, makeCanvas, newPage } from '../../src/report/pdf/file/canvas.ts';
import { endDocument } from '../../src/report/pdf/file/pdfkit-internals.ts';
import { close } from '../../src/report/pdf/file/tags.ts';
import { type PdfOptions, renderPdf as streamPdf } from '../../src/report/pdf/render.ts';
import { openFaces } from '../../src/report/pdf/text/fonts.ts';
import { writeLate } from '../../src/report/pdf/text/late.ts';

/** All bytes of a report's PDF. */
export function renderPdf(report: Report, options: PdfOptions): Promise<Uint8Array> {
  return collect(streamPdf(report, options));
}

/** What `draw` draws in an empty, tagged document, from its first page on. */
export async function drawnPdf(doc: PDFKit.PDFDocument, draw: (canvas: Canvas) => void): Promise<Uint8Array> {
  const canvas = makeCanvas(doc, { openFaces, size: [595, 842] });
  newPage(canvas);
  draw(canvas);
  endPage(canvas);
  for (const _ of writeLate(canvas));
  close(canvas.node);
  await endDocument(canvas.engine, canvas.tree.write(canvas.objects), canvas.node.id);
  return Buffer.concat(canvas.objects.take());
}
