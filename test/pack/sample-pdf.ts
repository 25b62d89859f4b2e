import PDFDocument from 'pdfkit';
import { addSignatureField } from '../../src/pack/sign/pdf.ts';

const AT = '2026-10-02T00:00:00.000Z';

/** A small tagged PDF with report.json attached and an empty signature field. */
export function unsignedPdf(attached: Uint8Array = Buffer.from('{}'), reserve = 8192): Promise<Uint8Array> {
  const info = { Title: 'Sample', CreationDate: new Date(AT), ModDate: new Date(AT) };
  const doc = new PDFDocument({ tagged: true, lang: 'en', displayTitle: true, pdfVersion: '1.7', info });
  const chunks: Buffer[] = [];
  const done = new Promise<Uint8Array>((resolve) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
  });
  const root = doc.struct('Document');
  doc.addStructure(root);
  root.add(doc.struct('P', {}, () => doc.font('Helvetica').text('A sample report.')));
  doc.file(Buffer.from(attached), {
    name: 'report.json',
    type: 'application/json',
    creationDate: new Date(AT),
    modifiedDate: new Date(AT),
  });
  addSignatureField(doc, { name: 'Example Ltd', reason: 'Assessment report', at: AT, reserve }, root);
  doc.end();
  return done;
}
