import type { Canvas, Node } from './canvas.ts';
import { ref } from './objects.ts';
import { pdfString } from './pdf-string.ts';
import { annotateLink } from './pdfkit-internals.ts';

/** What a structure element can say besides its type. `bbox` is [left, top, right, bottom] in points from the top. */
export interface TagOptions {
  readonly alt?: string;
  /** What the content says, if its glyphs alone do not. */
  readonly actual?: string;
  readonly scope?: 'Column' | 'Row';
  readonly bbox?: readonly [number, number, number, number];
}

const NO_OPTIONS: TagOptions = {};

/** Opens a structure element below the current one (or below `parent`). */
export function open(canvas: Canvas, type: string, options = NO_OPTIONS, parent: Node = canvas.node): Node {
  const id = canvas.objects.next();
  parent.kids += ` ${ref(id)}`;
  return {
    id,
    type,
    entries: entriesOf(canvas, options),
    above: parent.id,
    objects: canvas.objects,
    page: 0,
    kids: '',
  };
}

function entriesOf({ frame }: Canvas, { alt, actual, scope, bbox }: TagOptions): string {
  let entries = '';
  if (alt !== undefined) entries += ` /Alt ${pdfString(alt)}\n`;
  if (actual !== undefined) entries += ` /ActualText ${pdfString(actual)}\n`;
  if (scope !== undefined) entries += ` /A << /O /Table /Scope /${scope} >>`;
  if (bbox !== undefined) {
    const [left, top, right, bottom] = bbox;
    const box = [left, frame.pageHeight - bottom, right, frame.pageHeight - top].map(tidy).join(' ');
    entries += ` /A << /O /Layout /Placement /Block /BBox [${box}] >>`;
  }
  return entries;
}

const tidy = (value: number): number => Math.round(value * 1000) / 1000;

/** Ends a structure element: it is written out and forgotten. */
export function close(node: Node): void {
  const page = node.page === 0 ? '' : ` /Pg ${ref(node.page)}`;
  const kids = node.kids === '' ? '' : ` /K [${node.kids.slice(1)}]`;
  node.objects.write(node.id, `<< /S /${node.type} /P ${ref(node.above)}${node.entries}${page}${kids} >>`);
}

/** Makes the next content of the page a child of an element; returns the number that marks it. */
function nextContent({ sheet }: Canvas, node: Node): number {
  const number = sheet.owners.push(node.id) - 1;
  if (node.page === 0) node.page = sheet.page;
  node.kids += node.page === sheet.page ? ` ${number}` : ` << /Type /MCR /Pg ${ref(sheet.page)} /MCID ${number} >>`;
  return number;
}

/** Marks what `draw` writes on this page as content of an element. */
export function mark(canvas: Canvas, node: Node, draw: () => void): void {
  canvas.doc.addContent(`/${node.type} << /MCID ${nextContent(canvas, node)} >> BDC`);
  draw();
  canvas.doc.addContent('EMC');
}

/** Runs `write` with a new element as the place in the structure. */
export function within(canvas: Canvas, type: string, write: () => void, options = NO_OPTIONS): void {
  const outer = canvas.node;
  const node = open(canvas, type, options);
  canvas.node = node;
  write();
  canvas.node = outer;
  close(node);
}

/** The same for what is written in steps, such as a long table. */
export function* withinSteps(canvas: Canvas, type: string, write: () => Iterable<void>): Generator<void> {
  const outer = canvas.node;
  const node = open(canvas, type);
  canvas.node = node;
  yield* write();
  canvas.node = outer;
  close(node);
}

/** An element whose whole content is drawn at once on this page. */
export function leaf(canvas: Canvas, type: string, draw: () => void, options = NO_OPTIONS): void {
  const node = open(canvas, type, options);
  mark(canvas, node, draw);
  close(node);
}

/** Marks what `draw` writes as decoration: nothing that a reader of the text would miss. */
export function artifact(canvas: Canvas, draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
  canvas.doc.addContent(`/Artifact << /Type /${type} >> BDC`);
  draw();
  canvas.doc.addContent('EMC');
}

/** Makes a rectangle of this page lead to a destination, as part of a Link element. `text` is what it is called. */
export function linkArea(
  canvas: Canvas,
  link: Node,
  area: { x: number; y: number; width: number; height: number },
  to: { destination: string; text: string },
): void {
  const { doc, tree, sheet } = canvas;
  const key = tree.next();
  const annotation = annotateLink(doc, area, { destination: to.destination, contents: `Go to ${to.text}`, key });
  tree.set(key, link.id);
  link.kids += ` << /Type /OBJR /Obj ${ref(annotation)} /Pg ${ref(sheet.page)} >>`;
}
