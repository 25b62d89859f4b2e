import { inflateSync } from 'node:zlib';

/** A PDF as far as these tests look into it: its objects as text, its pages with content and text. */
export interface ReadPdf {
  readonly objects: ReadonlyMap<number, string>;
  readonly pages: readonly { readonly content: string; readonly texts: readonly string[] }[];
  readonly outline: readonly string[];
  /** Embedded files by name. */
  readonly files: ReadonlyMap<string, Buffer>;
}

const OBJECT = /(?<=\n)(\d+) 0 obj\n([\s\S]*?)\nendobj\n/g;

/** Reads what this software writes: one object after another, object streams, FlateDecode. */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const objects = new Map<number, string>();
  for (const [, id, body] of Buffer.from(bytes).toString('latin1').matchAll(OBJECT)) {
    objects.set(Number(id), body ?? '');
    for (const [packed, text] of packedIn(body ?? '')) objects.set(packed, text);
  }
  const bodyOf = (text: string, key: string): string => objects.get(refOf(text, key)) ?? '';
  const catalog = find(objects, '/Type /Catalog');
  const kids = [...(/\/Kids \[([^\]]*)\]/.exec(bodyOf(catalog, 'Pages'))?.[1] ?? '').matchAll(/(\d+) 0 R/g)];
  const pages = kids.map(([, id]) => {
    const page = objects.get(Number(id)) ?? '';
    const resources = bodyOf(page, 'Resources');
    const forms = new Map([...resources.matchAll(/\/(X\d+) (\d+) 0 R/g)].map(([, name, ref]) => [name, Number(ref)]));
    const drawn = (name: string): string => stream(objects.get(forms.get(name) ?? 0) ?? '').toString('latin1');
    const own = stream(bodyOf(page, 'Contents')).toString('latin1');
    const content = own.replace(/^\/(X\d+) Do$/gm, (_, name: string) => drawn(name));
    const fonts = [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)];
    const maps = new Map(
      fonts.map(([, name, ref]) => [name, unicodeMap(stream(bodyOf(objects.get(Number(ref)) ?? '', 'ToUnicode')))]),
    );
    return { content, texts: textsOf(content, maps) };
  });
  return { objects, pages, outline: outlineOf(objects, catalog), files: filesOf(objects) };
}

/** The objects of an object stream (ISO 32000-1, 7.5.7). */
function packedIn(object: string): [number, string][] {
  if (!object.includes('/Type /ObjStm')) return [];
  const text = stream(object).toString('latin1');
  const first = Number(/\/First (\d+)/.exec(object)?.[1]);
  const head = text.slice(0, first).trim().split(' ').map(Number);
  const starts = head.filter((_, at) => at % 2 === 1);
  return starts.map((start, at) => [
    head[at * 2] ?? 0,
    text.slice(first + start, first + (starts[at + 1] ?? Number.POSITIVE_INFINITY)).trimEnd(),
  ]);
}

function find(objects: ReadonlyMap<number, string>, mark: string): string {
  return [...objects.values()].find((it) => it.includes(mark)) ?? '';
}

function refOf(text: string, key: string): number {
  return Number(new RegExp(`/${key} (\\d+) 0 R`).exec(text)?.[1]);
}

function stream(object: string): Buffer {
  const start = object.indexOf('stream\n');
  if (start === -1) return Buffer.alloc(0);
  const length = Number(/\/Length (\d+)/.exec(object)?.[1]);
  const raw = Buffer.from(object.slice(start + 7, start + 7 + length), 'latin1');
  return object.slice(0, start).includes('/FlateDecode') ? inflateSync(raw) : raw;
}

/** Glyph code → text, from a ToUnicode CMap of consecutive bfrange arrays. */
function unicodeMap(cmap: Buffer): Map<string, string> {
  const map = new Map<string, string>();
  for (const [, from, , list] of cmap.toString('latin1').matchAll(/<(\w{4})> <(\w{4})> \[([^\]]*)\]/g)) {
    for (const [index, [, hex]] of [...(list ?? '').matchAll(/<([^>]*)>/g)].entries()) {
      const code = (Number.parseInt(from ?? '0', 16) + index).toString(16).padStart(4, '0');
      const units = (hex ?? '').split(' ').map((unit) => Number.parseInt(unit, 16));
      map.set(code, String.fromCharCode(...units));
    }
  }
  return map;
}

function textsOf(content: string, maps: ReadonlyMap<string | undefined, Map<string, string>>): string[] {
  return [...content.matchAll(/\/(F\d+) [\d.]+ Tf.*?\[(.*?)\] TJ/g)].map(([, font, operand]) => {
    const hex = [...(operand ?? '').matchAll(/<(\w*)>/g)].map(([, part]) => part).join('');
    return (hex.match(/.{4}/g) ?? []).map((code) => maps.get(font)?.get(code) ?? '\u{FFFD}').join('');
  });
}

/** A PDF string in parentheses, UTF-16 or one byte a character. */
function decode(text: string): string {
  const plain = text.replace(
    /\\([nrtbf()\\])/g,
    (_, it: string) => ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' })[it] ?? it,
  );
  const bytes = Buffer.from(plain, 'latin1');
  return plain.startsWith('\xFE\xFF') ? Buffer.from(bytes.subarray(2)).swap16().toString('utf16le') : plain;
}

function outlineOf(objects: ReadonlyMap<number, string>, catalog: string): string[] {
  const titles: string[] = [];
  const visit = (id: number, depth: number): void => {
    for (let at = id; Number.isFinite(at); at = refOf(objects.get(at) ?? '', 'Next')) {
      const item = objects.get(at) ?? '';
      titles.push('  '.repeat(depth) + decode(/\/Title \(((?:\\[\s\S]|[^\\)])*)\)/.exec(item)?.[1] ?? ''));
      visit(refOf(item, 'First'), depth + 1);
    }
  };
  visit(refOf(objects.get(refOf(catalog, 'Outlines')) ?? '', 'First'), 0);
  return titles;
}

function filesOf(objects: ReadonlyMap<number, string>): Map<string, Buffer> {
  const specs = [...objects.values()].filter((it) => it.includes('/Type /Filespec'));
  return new Map(specs.map((it) => [/\/UF \((.*?)\)/.exec(it)?.[1] ?? '', stream(objects.get(refOf(it, 'F')) ?? '')]));
}
