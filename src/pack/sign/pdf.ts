import { createHash } from 'node:crypto';
import type PDFDocument from 'pdfkit';
import { WitnessmarkError } from '../../model/error.ts';
import type { Signer } from '../../ports/signer.ts';
import type { StructureParent } from '../../report/pdf/write-document.ts';
import type { Content } from '../sink.ts';
import { MAX_TOKEN } from '../timestamp/token.ts';
import { type Stamp, signDetached } from './cms.ts';
import { derOfPem } from './der.ts';

type Doc = InstanceType<typeof PDFDocument>;
type Ref = ReturnType<Doc['ref']>;

export interface SignatureField {
  /** Who signs, shown by readers. */
  readonly name: string;
  readonly reason: string;
  /** Claimed time of signing, UTC. */
  readonly at: string;
  /** Bytes kept free for the signature; `RESERVE.plain` unless told. */
  readonly reserve?: number;
}

/**
 * Bytes to keep free for a signature: a chain of two RSA-3072 certificates needs about 3,300, and the largest
 * timestamp that is kept has its place too. PDF/A allows a string 32,767 bytes (ISO 19005-3, 6.1.13).
 */
export const RESERVE = { plain: 8192, timestamped: 8192 + MAX_TOKEN } as const;

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
export function addSignatureField(doc: Doc, field: SignatureField, parent?: StructureParent): void {
  const value = doc.ref({
    Type: 'Sig',
    Filter: 'Adobe.PPKLite',
    SubFilter: 'ETSI.CAdES.detached',
    ByteRange: [0, UNKNOWN, UNKNOWN, UNKNOWN],
    Contents: new Uint8Array(field.reserve ?? RESERVE.plain),
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

function formElement(doc: Doc, parent: StructureParent | undefined): PDFKit.PDFStructureElement {
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
  /** Where the signature is to be timestamped. */
  readonly stamp?: Stamp;
}

/**
 * Fills the empty signature field of a PDF on its way (PAdES baseline B, or T with a timestamp): every byte of the file but
 * the signature's own digits is signed. What stands before the field passes through; only from there on is
 * the file held. The same input, key, chain and timestamp give the same bytes.
 * @throws WitnessmarkError `pack-pdf-placeholder` (no field, or more than one), `pack-pdf-reserve`
 */
export async function* signPdf(pdf: Content, signing: PdfSigning): AsyncGenerator<Uint8Array> {
  const certificates = signing.certificates.map((pem, at) => derOfPem(pem, `certificate ${at + 1}`));
  const hash = createHash('sha256');
  let passed = 0;
  const held: Uint8Array[] = [];
  for await (const part of splitAtPlaceholder(pdf)) {
    if (part.held) held.push(part.bytes);
    else {
      hash.update(part.bytes);
      passed += part.bytes.length;
      yield part.bytes;
    }
  }
  const rest = Buffer.concat(held);
  const [start, end] = holeOf(rest);
  const range = `/ByteRange [0 ${passed + start} ${passed + end} ${rest.length - end}]`;
  rest.write(range.padEnd(PLACEHOLDER.length), 0, 'latin1');
  const digest = hash.update(rest.subarray(0, start)).update(rest.subarray(end)).digest();
  const digits = Buffer.from(await signDetached({ ...signing, digest, certificates })).toString('hex');
  const free = end - start - 2;
  if (digits.length > free) {
    throw new WitnessmarkError('pack-pdf-reserve', `signature: ${digits.length / 2} bytes, reserved: ${free / 2}`, {
      hint: 'raise `reserve` of addSignatureField',
    });
  }
  rest.write(digits, start + 1, 'latin1');
  yield rest;
}

/** The bytes of a file; `held` from the placeholder on, even when it lies across two chunks. */
async function* splitAtPlaceholder(pdf: Content): AsyncGenerator<{ bytes: Uint8Array; held: boolean }> {
  let held = false;
  let tail: Uint8Array = new Uint8Array(0);
  for await (const chunk of pdf instanceof Uint8Array ? [pdf] : pdf) {
    if (held) {
      yield { bytes: chunk, held };
      continue;
    }
    const bytes =
      tail.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([tail, chunk]);
    const at = bytes.indexOf(PLACEHOLDER);
    const cut = at === -1 ? Math.max(0, bytes.length - PLACEHOLDER.length + 1) : at;
    if (cut > 0) yield { bytes: bytes.subarray(0, cut), held };
    tail = bytes.subarray(cut);
    held = at !== -1;
    if (held) yield { bytes: tail, held };
  }
  if (!held && tail.length > 0) yield { bytes: tail, held };
}

/** Where the hex string of the empty signature begins and ends, `<` and `>` included, in a file from its placeholder on. */
function holeOf(rest: Buffer): readonly [number, number] {
  const start = rest.indexOf('/Contents <0000') + '/Contents '.length;
  const end = rest.indexOf('>', start) + 1;
  const missing = rest.length === 0 || start < PLACEHOLDER.length || end <= start;
  if (missing || rest.indexOf(PLACEHOLDER, 1) !== -1) {
    throw new WitnessmarkError('pack-pdf-placeholder', 'expected exactly one empty signature field in the PDF', {
      hint: 'call addSignatureField once, just before doc.end()',
    });
  }
  return [start, end];
}
