import { createHash } from 'node:crypto';
import type PDFDocument from 'pdfkit';
import { WitnessmarkError } from '../../model/error.ts';
import type { Signer } from '../../ports/signer.ts';
import { signDetached } from './cms.ts';
import { derOfPem } from './der.ts';

type Doc = InstanceType<typeof PDFDocument>;
type Ref = ReturnType<Doc['ref']>;

export interface SignatureField {
  /** Who signs, shown by readers. */
  readonly name: string;
  readonly reason: string;
  /** Claimed time of signing, UTC. */
  readonly at: string;
  /** Bytes kept free for the signature; 8,192 unless told (a chain of two RSA-3072 certificates needs about 3,300). */
  readonly reserve?: number;
}

/** pdfkit prints a string as a name, so each of the three unknown numbers is kept free as `/**********`. */
const UNKNOWN = '*'.repeat(10);
const PLACEHOLDER = `/ByteRange [0 /${UNKNOWN} /${UNKNOWN} /${UNKNOWN}]`;
/** Annotation flags Print and Locked (ISO 32000-1, 12.5.3); PDF/A needs Print. */
const PRINT_AND_LOCKED = 4 | 128;

/** What of pdfkit's own state the field needs; its types do not show it. */
interface Insides {
  readonly page: { readonly annotations: Ref[] };
  readonly _root: { readonly data: { readonly AcroForm: Ref } };
  hasMarkInfoDictionary(): boolean;
}

/**
 * Adds an invisible, still empty signature field to the current page. Must be the last thing before
 * `doc.end()`. The document needs a current font (pdfkit's forms want one). In a tagged document the
 * field stands under a Form element, as PDF/UA wants it; `parent` defaults to the structure's root.
 */
export function addSignatureField(doc: Doc, field: SignatureField, parent?: PDFKit.PDFStructureElement): void {
  const value = doc.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, UNKNOWN, UNKNOWN, UNKNOWN],
    Contents: new Uint8Array(field.reserve ?? 8192),
    M: new Date(field.at),
    Name: pdfText(field.name),
    Reason: pdfText(field.reason),
  });
  const inside = doc as unknown as Insides;
  const form = inside.hasMarkInfoDictionary() ? formElement(doc, parent) : undefined;
  const widget = {
    Subtype: 'Widget',
    FT: 'Sig',
    F: PRINT_AND_LOCKED,
    V: value,
    T: pdfText('Signature1'),
    TU: pdfText('Digital signature'),
    P: doc.page.dictionary,
  };
  doc.annotate(0, doc.page.height, 0, 0, { ...widget, structParent: form } as PDFKit.Mixins.AnnotationOption);
  form?.end();
  addToForm(doc, inside);
  value.end(undefined);
}

/** pdfkit writes `String` objects as PDF text and primitive strings as names. */
function pdfText(text: string): object {
  return Object(text);
}

function formElement(doc: Doc, parent: PDFKit.PDFStructureElement | undefined): PDFKit.PDFStructureElement {
  const form = doc.struct('Form', { alt: 'Digital signature' });
  if (parent === undefined) doc.addStructure(form);
  else parent.add(form);
  return form;
}

function addToForm(doc: Doc, inside: Insides): void {
  const widget = inside.page.annotations.at(-1);
  doc.initForm();
  const form = inside._root.data.AcroForm.data as unknown as {
    SigFlags?: number;
    Fields: unknown[];
    NeedAppearances?: boolean;
  };
  // Signatures exist, and the file may only be appended to (ISO 32000-1, table 219).
  form.SigFlags = 3;
  form.Fields.push(widget);
  // Readers that are asked to draw appearances change the document they are to verify.
  delete form.NeedAppearances;
}

/** The key that signs, and its chain as PEM, the signing certificate first. */
export interface PdfSigning {
  readonly signer: Signer;
  readonly certificates: readonly string[];
}

/**
 * Fills the empty signature field of a finished PDF (PAdES baseline B): every byte of the file but
 * the signature's own digits is signed. The input is left as it is; the same input, key and chain
 * give the same bytes.
 * @throws WitnessmarkError `pack-pdf-placeholder` (no field, or more than one), `pack-pdf-reserve`
 */
export async function signPdf(bytes: Uint8Array, { signer, certificates }: PdfSigning): Promise<Uint8Array> {
  const pdf = Buffer.from(bytes);
  const [start, end] = holeOf(pdf);
  const range = `/ByteRange [0 ${start} ${end} ${pdf.length - end}]`;
  pdf.write(range.padEnd(PLACEHOLDER.length), pdf.indexOf(PLACEHOLDER), 'latin1');
  const digest = createHash('sha256').update(pdf.subarray(0, start)).update(pdf.subarray(end)).digest();
  const chain = certificates.map((pem, at) => derOfPem(pem, `certificate ${at + 1}`));
  const digits = Buffer.from(await signDetached({ digest, signer, certificates: chain })).toString('hex');
  const free = end - start - 2;
  if (digits.length > free) {
    throw new WitnessmarkError('pack-pdf-reserve', `signature: ${digits.length / 2} bytes, reserved: ${free / 2}`, {
      hint: 'raise `reserve` of addSignatureField',
    });
  }
  pdf.write(digits, start + 1, 'latin1');
  return pdf;
}

/** Where the hex string of the empty signature begins and ends, `<` and `>` included. */
function holeOf(pdf: Buffer): readonly [number, number] {
  const range = pdf.indexOf(PLACEHOLDER);
  const start = pdf.indexOf('/Contents <0000', range) + '/Contents '.length;
  const end = pdf.indexOf('>', start) + 1;
  if (range === -1 || start < range || end <= start || pdf.indexOf(PLACEHOLDER, range + 1) !== -1) {
    throw new WitnessmarkError('pack-pdf-placeholder', 'expected exactly one empty signature field in the PDF', {
      hint: 'call addSignatureField once, just before doc.end()',
    });
  }
  return [start, end];
}
