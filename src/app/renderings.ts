import type { Report } from '../model/report.ts';
import { addSignatureField } from '../pack/sign/pdf.ts';
import type { Content, PackFile } from '../pack/sink.ts';
import type { EvidenceItems } from '../report/format.ts';
import { reportJson } from '../report/formats/report-json.ts';
import { FORMATS } from '../report/formats.ts';
import { renderPdf } from '../report/pdf/render.ts';
import type { Paper } from '../report/pdf/theme.ts';
import type { Among } from './evidence-among.ts';

/** How the PDF is made: its paper, and how many bytes it keeps free for the signature. */
export interface PdfView {
  readonly paper: Paper;
  readonly reserve: number;
}

/** What a report is rendered to, beside its own JSON. Nothing is rendered before it is read. */
export interface Renderings {
  readonly formats: readonly PackFile[];
  /** With its signature field, which is empty. */
  readonly pdf: Content;
  /** Stops whatever renders them; to be called in the end, read or not. */
  close?(): Promise<void>;
}

/**
 * Gives elsewhere what `renderings` gives here: the same bytes, to be read one after the other, the formats in
 * their order and then the PDF. `undefined` where that would not be worth it.
 */
export type Renderer = (report: Report, among: Among, view: PdfView) => Renderings | undefined;

/** Every rendering of a report but report.json. */
export function renderings(report: Report, evidence: EvidenceItems, view: PdfView): Renderings {
  const formats = [...FORMATS.values()]
    .filter((format) => format.name !== 'report.json')
    .map((format) => ({ path: format.name, content: format.render(report, evidence) }));
  return { formats, pdf: pdfOf(report, view) };
}

function pdfOf(report: Report, { paper, reserve }: PdfView): AsyncIterable<Uint8Array> {
  return renderPdf(report, {
    paper,
    attachments: [
      {
        name: 'report.json',
        bytes: reportJson(report),
        mediaType: 'application/json',
        description: 'The whole assessment, machine-readable',
      },
    ],
    beforeEnd: (doc, root) => {
      const reason = `Assessment report ${report.id}, ledger ${report.ledger.origin} at size ${report.ledger.size}`;
      addSignatureField(doc, { name: report.signing.subject, reason, at: report.signing.at, reserve }, root);
    },
  });
}
