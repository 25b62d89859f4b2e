import { deflateSync } from 'node:zlib';
import { byText } from '../../../model/by-text.ts';
import { makeObjects, type Objects, ref } from './objects.ts';
import type { ParentTree } from './parent-tree.ts';

// Everything that this renderer knows of pdfkit beyond its documentation stands here, so that another
// version of pdfkit breaks in one place. Written for 0.20.2. pdfkit keeps the text of finished pages, all
// structure elements, and the position of every object as a number in an array; over thousands of
// pages that is gigabytes. So its document is left to lay out pages and fonts, while what it writes, and
// the numbers of its objects, go through `Objects`.

/** An indirect object of pdfkit. */
interface Reference {
  readonly id: number;
  data: Record<string, unknown>;
  compress: boolean;
  write(chunk: Uint8Array): void;
  end(): void;
}

interface Page {
  readonly dictionary: Reference;
  readonly content: Reference;
  readonly fonts: Record<string, unknown>;
  readonly xobjects: Record<string, unknown>;
  readonly annotations: Reference[];
  end(): void;
}

interface Names {
  readonly data: Record<string, { _compareKeys: (a: string, b: string) => number }>;
}

interface Inside {
  page: Page;
  _pageBuffer: Page[];
  readonly _offsets: readonly unknown[];
  _waiting: number;
  readonly _id: Uint8Array;
  readonly _info: Reference;
  readonly _root: Reference & { data: { Names: Names; StructTreeRoot: Reference; AF?: unknown[] } };
  read(): Uint8Array;
  ref(data?: Record<string, unknown>): Reference;
  addContent(data: string): unknown;
  _write(data: string | Uint8Array): void;
  _refEnd(ended: Reference): void;
  _finalize(): void;
  createStructParentTreeNextKey(): number;
  getStructParentTree(): unknown;
}

type Doc = PDFKit.PDFDocument;
type ReferenceClass = new (doc: Inside, id: number, data?: Record<string, unknown>) => Reference;

const inside = (doc: Doc): Inside => doc as unknown as Inside;

/** What pdfkit prints as `12 0 R` without holding the object: of its own values it prints only classes that it knows. */
class Pointer {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  get [Symbol.toStringTag](): string {
    return 'Pointer';
  }
  toString(): string {
    return ref(this.id);
  }
}

/** The pages of a document and what they are written to. */
export interface Engine {
  readonly doc: Doc;
  readonly objects: Objects;
  /** Writes the current page and forgets it; one that is to be kept is written with the end of the document. */
  endPage(keep: boolean): void;
}

/** Makes a new document write its objects to `objects`. It must not be used as a stream afterwards. */
export function takeOver(doc: Doc, tree: ParentTree): Engine {
  const it = inside(doc);
  const objects = makeObjects(Buffer.from(it.read()).toString('latin1'));
  // The constructor has given out some numbers and ended none of these objects.
  for (let given = it._offsets.length; given > 0; given--) objects.next();
  it._waiting = 0;
  const Reference = it._root.constructor as ReferenceClass;
  it.ref = (data) => new Reference(it, objects.next(), data);
  redirectWrites(it, objects);
  const flush = gatherContent(it);
  it.createStructParentTreeNextKey = () => tree.next();
  it.getStructParentTree = () => ({ add: (key: number, owner: Reference) => tree.set(key, owner.id) });
  return { doc, objects, endPage: (keep) => endPage(it, flush, keep) };
}

function endPage(it: Inside, flush: () => void, keep: boolean): void {
  const { page } = it;
  flush();
  if (keep) return;
  page.end();
  // The tree of pages, bookmarks and destinations need its number only.
  page.dictionary.data = {};
  it._pageBuffer = it._pageBuffer.filter((other) => other !== page);
}

/** pdfkit writes an object line by line and then calls `_refEnd`. */
function redirectWrites(it: Inside, objects: Objects): void {
  let lines: (string | Uint8Array)[] = [];
  it._write = (data) => {
    lines.push(data);
  };
  it._refEnd = ({ id }) => {
    const [, dictionary, ...rest] = lines;
    if (rest.length === 1 && typeof dictionary === 'string' && packs(dictionary)) objects.write(id, dictionary);
    else {
      const written = [dictionary ?? '', ...rest.slice(0, -1)];
      objects.writePlain(
        id,
        written.flatMap((part, at) => (at === 0 ? [part] : between(part))),
      );
    }
    lines = [];
  };
  it._finalize = () => undefined;
}

/** pdfkit ends each line of text, but not the bytes of a stream. */
const between = (part: string | Uint8Array): (string | Uint8Array)[] =>
  part === '\nendstream' || part instanceof Uint8Array ? [part] : ['\n', part, '\n'];

/** The signature is patched in place, and simple readers look for the catalog. */
function packs(dictionary: string): boolean {
  return !dictionary.includes('/ByteRange') && !dictionary.includes('/Type /Catalog');
}

/** Gathers the content of a page and deflates it at once: pdfkit would keep each piece as bytes of its own. */
function gatherContent(it: Inside): () => void {
  let content = '';
  let page = it.page;
  const flush = (): void => {
    if (content === '') return;
    page.content.compress = false;
    page.content.data.Filter = 'FlateDecode';
    page.content.write(deflateSync(Buffer.from(content, 'latin1')));
    content = '';
  };
  it.addContent = (data) => {
    if (page !== it.page) {
      flush();
      page = it.page;
    }
    content += `${data}\n`;
    return it;
  };
  return flush;
}

/** Ends the document and writes its last objects. `tree` is the number of the parent tree, `root` of the Document element. */
export async function endDocument({ doc, objects }: Engine, tree: number, root: number): Promise<void> {
  const it = inside(doc);
  const { StructTreeRoot: structure, Names: names } = it._root.data;
  structure.data = { Type: 'StructTreeRoot', K: new Pointer(root), ParentTree: new Pointer(tree) };
  // pdfkit sorts names by the machine's locale; readers expect byte order, and the bytes must not vary.
  for (const it of Object.values(names.data)) it._compareKeys = byText;
  doc.end();
  const id = Buffer.from(it._id).toString('hex');
  await objects.finish(`/Root ${it._root} /Info ${it._info} /ID [<${id}> <${id}>]`);
}

/** The number of the object that the structure tree is rooted in. */
export function structureRoot(doc: Doc): number {
  return inside(doc)._root.data.StructTreeRoot.id;
}

/** Begins a page with its key in the parent tree and its fonts; returns the number of its object. */
export function beginPage(doc: Doc, key: number, fonts: readonly { id: string; resource: unknown }[]): number {
  doc.addPage();
  const { page } = inside(doc);
  Object.assign(page.dictionary.data, { StructParents: key });
  for (const font of fonts) page.fonts[font.id] = font.resource;
  return page.dictionary.id;
}

/** Gives an object the name that the current page draws it by, with `Do`. */
export function nameObject(doc: Doc, id: number): string {
  const { xobjects } = inside(doc).page;
  const name = `X${Object.keys(xobjects).length}`;
  xobjects[name] = new Pointer(id);
  return name;
}

/** Makes a rectangle of the current page, in points from the top left, a link; returns the number of its annotation. */
export function annotateLink(
  doc: Doc,
  area: { x: number; y: number; width: number; height: number },
  link: { destination: string; contents: string; key: number },
): number {
  // pdfkit writes `String` objects as text and primitive strings as names.
  const options = { Subtype: 'Link', Dest: link.destination, Contents: Object(link.contents), StructParent: link.key };
  doc.annotate(area.x, area.y, area.width, area.height, options as unknown as PDFKit.Mixins.AnnotationOption);
  return inside(doc).page.annotations.at(-1)?.id ?? 0;
}

/** Puts a structure element of pdfkit below one that pdfkit does not know; returns the number of its object. */
export function adopt(child: PDFKit.PDFStructureElement, parent: number): number {
  child.setParent(new Pointer(parent) as unknown as PDFKit.PDFKitReference);
  child.setAttached();
  return (child as unknown as { dictionary: Reference }).dictionary.id;
}

/** Lists an embedded file among those of the document (ISO 19005-3, 6.8). */
export function embed(doc: Doc, name: string, filespec: Record<string, unknown>, file: number): void {
  const it = inside(doc);
  const spec = it.ref({ ...filespec, EF: { F: new Pointer(file) } });
  spec.end();
  (doc as unknown as { addNamedEmbeddedFile(name: string, spec: Reference): void }).addNamedEmbeddedFile(name, spec);
  it._root.data.AF = [...(it._root.data.AF ?? []), spec];
}
