import type { Faces } from '../text/fonts.ts';
import type { LateText } from '../text/late.ts';
import { MARGINS } from '../theme.ts';
import { type Objects, ref } from './objects.ts';
import { makeParentTree, type ParentTree } from './parent-tree.ts';
import { beginPage, type Engine, structureRoot, takeOver } from './pdfkit-internals.ts';

/** A structure element that is open: content and elements below it can still be added. */
export interface Node {
  /** Number of its object. */
  readonly id: number;
  readonly type: string;
  /** Its entries besides type, parent and children, as PDF. */
  readonly entries: string;
  /** Number of its parent's object. */
  readonly above: number;
  /** Where it is written to. */
  readonly objects: Objects;
  /** Object of the page that bare numbers among its children are content of; 0 before the first. */
  page: number;
  /** Its children as PDF, in order. */
  kids: string;
}

/** The part of every page that text may stand in, in points from the top left. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly bottom: number;
  readonly pageWidth: number;
  readonly pageHeight: number;
}

/** The page being written. */
interface Sheet {
  /** Number of its object. */
  readonly page: number;
  /** Its key in the parent tree. */
  readonly key: number;
  /** The element that owns each piece of content, by the number of the content. */
  readonly owners: number[];
}

/**
 * Where the report is being written: the document, the place on the page, the place in the structure
 * tree. The one mutable thing of the renderer; every function that writes moves `y` on.
 */
export interface Canvas {
  readonly doc: PDFKit.PDFDocument;
  readonly engine: Engine;
  readonly objects: Objects;
  readonly tree: ParentTree;
  readonly faces: Faces;
  readonly frame: Frame;
  /** So many objects the file may have. */
  readonly objectLimit: number;
  y: number;
  node: Node;
  sheet: Sheet;
  /** What each page is about, for its header; one for each page. */
  readonly labels: string[];
  label: string;
  /** Page numbers from 1 of the named destinations. */
  readonly pageOf: Map<string, number>;
  /** What can only be written when every page is known. */
  readonly late: LateText[];
  /** Draws header and footer of the page that has just been filled. */
  furnish: () => void;
}

export interface CanvasOptions {
  /** Opens the faces in the document. */
  readonly openFaces: (doc: PDFKit.PDFDocument) => Faces;
  /** Width and height in points. */
  readonly size: readonly [number, number];
  readonly objectLimit?: number | undefined;
}

/** A PDF/A file may have so many indirect objects (ISO 19005-3, 6.1.13). */
const OBJECT_LIMIT = 8_388_607;

/** A canvas over an empty document, its structure rooted in one Document element. */
export function makeCanvas(doc: PDFKit.PDFDocument, options: CanvasOptions): Canvas {
  const [pageWidth, pageHeight] = options.size;
  const tree = makeParentTree();
  const engine = takeOver(doc, tree);
  const frame: Frame = {
    left: MARGINS.left,
    top: MARGINS.top,
    width: pageWidth - MARGINS.left - MARGINS.right,
    bottom: pageHeight - MARGINS.bottom,
    pageWidth,
    pageHeight,
  };
  const { objects } = engine;
  const above = structureRoot(doc);
  const root: Node = { id: objects.next(), type: 'Document', entries: '', above, objects, page: 0, kids: '' };
  return {
    doc,
    engine,
    objects,
    tree,
    faces: options.openFaces(doc),
    frame,
    objectLimit: options.objectLimit ?? OBJECT_LIMIT,
    y: frame.bottom,
    node: root,
    sheet: { page: 0, key: 0, owners: [] },
    labels: [],
    label: '',
    pageOf: new Map(),
    late: [],
    furnish: () => undefined,
  };
}

/** Begins a page; the one before is written out. */
export function newPage(canvas: Canvas): void {
  endPage(canvas);
  const key = canvas.tree.next();
  canvas.sheet = { page: beginPage(canvas.doc, key, Object.values(canvas.faces)), key, owners: [] };
  canvas.labels.push(canvas.label);
  canvas.y = canvas.frame.top;
}

/** Ends the current page, if there is one. The cover is kept: the signature's field is put on it at the end. */
export function endPage(canvas: Canvas): void {
  const { sheet, objects, tree } = canvas;
  if (canvas.labels.length === 0) return;
  canvas.furnish();
  const id = objects.next();
  objects.write(id, `[${sheet.owners.map(ref).join(' ')}]`);
  tree.set(sheet.key, id);
  canvas.engine.endPage(canvas.labels.length === 1);
}

/** Space left on the page, in points. */
export function room(canvas: Canvas): number {
  return canvas.frame.bottom - canvas.y;
}

/** Begins a page unless `height` points are left on this one. */
export function ensure(canvas: Canvas, height: number): void {
  if (canvas.labels.length === 0 || room(canvas) < height) newPage(canvas);
}

/** Leaves space, except at the top of a page. */
export function skip(canvas: Canvas, height: number): void {
  if (canvas.y > canvas.frame.top) canvas.y += height;
}

/** Says what the following pages are about, and this one if it has only just begun. */
export function setLabel(canvas: Canvas, label: string): void {
  canvas.label = label;
  if (canvas.labels.length > 0 && canvas.y <= canvas.frame.top + 1) canvas.labels[canvas.labels.length - 1] = label;
}
