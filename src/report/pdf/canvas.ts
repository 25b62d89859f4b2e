import type { Faces } from './fonts.ts';
import { MARGINS } from './theme.ts';

/** A structure element that is open: content and elements below it can still be added. */
export interface Node {
  readonly type: string;
  readonly element: PDFKit.PDFStructureElement;
  readonly parent: Node | null;
  /** True while something below is written only at the very end, such as a page number. */
  held: boolean;
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

/**
 * Where the report is being written: the document, the place on the page, the place in the structure
 * tree. The one mutable thing of the renderer; every function that writes moves `y` on.
 */
export interface Canvas {
  readonly doc: PDFKit.PDFDocument;
  readonly faces: Faces;
  readonly frame: Frame;
  y: number;
  node: Node;
  /** What each page is about, for its header; one for each page. */
  readonly labels: string[];
  label: string;
  /** Page numbers from 1 of the named destinations. */
  readonly pageOf: Map<string, number>;
  /** What can only be written when every page is known. */
  readonly late: (() => void)[];
}

/** A canvas over an empty document, its structure rooted in one Document element. */
export function makeCanvas(doc: PDFKit.PDFDocument, faces: Faces, size: readonly [number, number]): Canvas {
  const [pageWidth, pageHeight] = size;
  const element = doc.struct('Document');
  doc.addStructure(element);
  const frame: Frame = {
    left: MARGINS.left,
    top: MARGINS.top,
    width: pageWidth - MARGINS.left - MARGINS.right,
    bottom: pageHeight - MARGINS.bottom,
    pageWidth,
    pageHeight,
  };
  const node: Node = { type: 'Document', element, parent: null, held: true };
  return { doc, faces, frame, y: frame.bottom, node, labels: [], label: '', pageOf: new Map(), late: [] };
}

/** Begins a page. */
export function newPage(canvas: Canvas): void {
  canvas.doc.addPage();
  const resources = canvas.doc.page.fonts as Record<string, unknown>;
  for (const face of Object.values(canvas.faces)) resources[face.id] = face.resource;
  canvas.labels.push(canvas.label);
  canvas.y = canvas.frame.top;
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
