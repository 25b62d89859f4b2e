import PDFDocument from 'pdfkit';
import { byText } from '../../model/by-text.ts';
import type { Report } from '../../model/report.ts';
import { deflated } from './file/deflate.ts';
import type { Objects } from './file/objects.ts';
import { embed } from './file/pdfkit-internals.ts';
import { PAPERS, type Paper } from './theme.ts';

/** A file carried inside the PDF. */
export interface Attachment {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly description: string;
}

/**
 * An empty document that declares PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1). All its dates
 * are the time of the evidence, so that the same report gives the same bytes.
 */
export function openDocument(report: Report, paper: Paper): PDFKit.PDFDocument {
  const at = new Date(report.asOf);
  const doc = new PDFDocument({
    pdfVersion: '1.7',
    subset: 'PDF/A-3a',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    autoFirstPage: false,
    bufferPages: true,
    size: [...PAPERS[paper]],
    margin: 0,
    // Not the default, which is Helvetica and never embedded.
    font: '',
    info: {
      Title: metadataText(`${report.title}, ${report.period.from} to ${report.period.to}`),
      Subject: metadataText(`${report.framework.title} ${report.framework.version}`),
      Keywords: metadataText(`${report.id} ${report.ledger.root}`),
      Creator: metadataText(report.software),
      Producer: 'PDFKit',
      CreationDate: at,
      ModDate: at,
    },
  });
  doc.appendXML(identification(report.asOf));
  return doc;
}

/** pdfkit writes these texts into XML as they are. */
function metadataText(text: string): string {
  return text.replaceAll('&', 'and').replace(/[<>\p{C}]/gu, ' ');
}

/** PDF/UA identification with the extension schema that PDF/A asks for, and the modification date. */
function identification(asOf: string): string {
  const pdfua = 'http://www.aiim.org/pdfua/ns/id/';
  return `
<rdf:Description rdf:about="" xmlns:pdfuaid="${pdfua}"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:ModifyDate>${asOf.slice(0, 19)}Z</xmp:ModifyDate></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>${pdfua}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the document follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>`;
}

/** Embeds files, as the source that the document was made from, in the order of their names. */
export async function attach(
  doc: PDFKit.PDFDocument,
  objects: Objects,
  attachments: readonly Attachment[],
  asOf: string,
): Promise<void> {
  const date = `(D:${asOf.replace(/\D/g, '').slice(0, 14)}Z)`;
  for (const it of [...attachments].sort((a, b) => byText(a.name, b.name))) {
    const chunks = await deflated([it.bytes]);
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const type = it.mediaType.replace(/[^\w.+-]/g, (sign) => `#${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
    const file = objects.next();
    const parameters = `/Params << /Size ${it.bytes.length} /CreationDate ${date} /ModDate ${date} >>`;
    objects.writePlain(file, [
      `<< /Type /EmbeddedFile /Subtype /${type} ${parameters} /Length ${length} /Filter /FlateDecode >>\nstream\n`,
      ...chunks,
      '\nendstream',
    ]);
    const name = Object(it.name);
    // AFRelationship: ISO 32000-2, 14.13.
    const entries = { Type: 'Filespec', AFRelationship: 'Source', F: name, UF: name, Desc: Object(it.description) };
    embed(doc, it.name, entries, file);
  }
}
