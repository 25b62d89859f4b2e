import type { Canvas, Node } from './canvas.ts';

/** What a structure element can say besides its type. `bbox` is [left, top, right, bottom] in points from the top. */
export interface TagOptions {
  readonly alt?: string;
  readonly scope?: 'Column' | 'Row';
  readonly bbox?: readonly [number, number, number, number];
}

/** Opens a structure element below the current one (or below `parent`). */
export function open(canvas: Canvas, type: string, options: TagOptions = {}, parent: Node = canvas.node): Node {
  // pdfkit's typings leave out `scope` and `bbox`.
  const element = canvas.doc.struct(type, { ...options } as PDFKit.Mixins.StructureElementOptions);
  parent.element.add(element);
  return { type, element, parent, held: false };
}

/** Ends a structure element, so that it can be written out; one that is held is ended with the document. */
export function close(node: Node): void {
  if (!node.held) node.element.end();
}

/** Keeps an element and all above it open until the end of the document. */
export function hold(node: Node): void {
  for (let it: Node | null = node; it !== null; it = it.parent) it.held = true;
}

/** Marks what `draw` writes on this page as content of an element. */
export function mark(canvas: Canvas, node: Node, draw: () => void): void {
  const content = canvas.doc.markStructureContent(node.type);
  draw();
  canvas.doc.endMarkedContent();
  node.element.add(content);
}

/** Runs `write` with a new element as the place in the structure. */
export function within(canvas: Canvas, type: string, write: () => void, options: TagOptions = {}): void {
  const outer = canvas.node;
  const node = open(canvas, type, options);
  canvas.node = node;
  write();
  canvas.node = outer;
  close(node);
}

/** An element whose whole content is drawn at once on this page. */
export function leaf(canvas: Canvas, type: string, draw: () => void, options: TagOptions = {}): void {
  const node = open(canvas, type, options);
  mark(canvas, node, draw);
  close(node);
}

/** Marks what `draw` writes as decoration: nothing that a reader of the text would miss. */
export function artifact(canvas: Canvas, draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
  canvas.doc.markContent('Artifact', { type });
  draw();
  canvas.doc.endMarkedContent();
}
