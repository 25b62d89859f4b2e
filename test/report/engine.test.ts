import { inflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/pack/sink.ts';
import { type TableOptions, table, tableSteps, tableTop } from '../../src/report/pdf/elements/table.ts';
import { type Canvas, newPage } from '../../src/report/pdf/file/canvas.ts';
import { makeObjects } from '../../src/report/pdf/file/objects.ts';
import { makeParentTree } from '../../src/report/pdf/file/parent-tree.ts';
import { takeOver } from '../../src/report/pdf/file/pdfkit-internals.ts';
import { firstOf, rowsOf } from '../../src/report/pdf/file/peek.ts';
import { makePositions } from '../../src/report/pdf/file/positions.ts';
import { leaf, withinSteps } from '../../src/report/pdf/file/tags.ts';
import { drawAscii } from '../../src/report/pdf/text/ascii.ts';
import { openFaces, showOperand, textWidth } from '../../src/report/pdf/text/fonts.ts';
import type { Inline } from '../../src/report/pdf/text/inline.ts';
import { drawText, paragraph } from '../../src/report/pdf/text/text.ts';
import { STYLES } from '../../src/report/pdf/theme.ts';
import { type Section, writeDocument } from '../../src/report/pdf/write-document.ts';
import { readPdf } from './read-pdf.ts';
import { drawnPdf } from './render-pdf.ts';
import { sampleReport } from './sample-report.ts';

const COLUMNS: TableOptions['columns'] = [
  { head: 'Resource', share: 1, names: true },
  { head: 'Account', width: 80 },
  { head: 'Outcome', width: 60, align: 'right' },
];

const rowAt = (index: number): Inline[] => [`arn:aws:s3:::tenant-${index}`, `1111222233${index % 100}`, 'Compliant'];

function* rowsUpTo(count: number, seen: (index: number) => void = () => undefined): Generator<Inline[]> {
  for (let index = 0; index < count; index++) {
    seen(index);
    yield rowAt(index);
  }
}

const document = (section: Section, objectLimit?: number): AsyncGenerator<Uint8Array> =>
  writeDocument(sampleReport(), { attachments: [], ...(objectLimit === undefined ? {} : { objectLimit }) }, [section]);

const tableOf = (options: Partial<TableOptions> & Pick<TableOptions, 'rows'>): Section =>
  function* ({ canvas }) {
    newPage(canvas);
    yield* tableSteps(canvas, { columns: COLUMNS, ...options });
  };

/** The cross-reference stream: kind, place and index of each object. */
function xrefOf(bytes: Uint8Array): [number, number, number][] {
  const pdf = Buffer.from(bytes);
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf.toString('latin1'))?.[1]);
  const head = /^\d+ 0 obj\n<< .*?\/Length (\d+).*?stream\n/s.exec(pdf.toString('latin1', start));
  const from = start + (head?.[0].length ?? 0);
  const rows = inflateSync(pdf.subarray(from, from + Number(head?.[1])));
  const above = Buffer.alloc(8);
  const result: [number, number, number][] = [];
  for (let at = 0; at < rows.length; at += 9) {
    expect(rows[at]).toBe(2);
    for (let column = 0; column < 8; column++) above[column] = (above[column] ?? 0) + (rows[at + 1 + column] ?? 0);
    result.push([above[0] ?? 0, above.readUIntBE(1, 5), above.readUInt16BE(6)]);
  }
  return result;
}

const refs = (text: string): number[] => [...text.matchAll(/(\d+) 0 R/g)].map(([, id]) => Number(id));

/** By key of the parent tree: the object that it leads to. */
function ownersOf(objects: ReadonlyMap<number, string>): Map<number, number> {
  const root = [...objects.values()].find((it) => it.includes('/Type /StructTreeRoot')) ?? '';
  const tree = objects.get(Number(/\/ParentTree (\d+) 0 R/.exec(root)?.[1])) ?? '';
  const leaves = refs(tree).map((id) => /\/Nums \[(.*)\]/.exec(objects.get(id) ?? '')?.[1] ?? '');
  const pairs = leaves.flatMap((it) => [...it.matchAll(/(\d+) (\d+) 0 R/g)]);
  return new Map(pairs.map(([, key, owner]) => [Number(key), Number(owner)]));
}

/** Numbers of the content of an element on its own page. */
function contentOf(element: string): number[] {
  const kids = /\/K \[(.*)\] >>$/.exec(element)?.[1] ?? '';
  return [...kids.replaceAll(/<<.*?>>|\d+ 0 R/g, '').matchAll(/\d+/g)].map(Number);
}

describe('a document as a stream', () => {
  it('hands pages on while rows are still being made, and holds little', async () => {
    let made = 0;
    let mostHeld = 0;
    let first = -1;
    const rows = rowsUpTo(4000, (index) => {
      made = index;
    });
    for await (const chunk of document(tableOf({ rows }))) {
      if (first === -1) first = made;
      if (made < 3999) mostHeld = Math.max(mostHeld, chunk.length);
    }
    expect(made).toBe(3999);
    expect(first).toBeLessThan(100);
    expect(mostHeld).toBeLessThan(200_000);
  });

  it('knows where each of its objects is', async () => {
    const bytes = await collect(document(tableOf({ rows: rowsUpTo(300) })));
    const text = Buffer.from(bytes).toString('latin1');
    const { objects } = readPdf(bytes);
    const rows = xrefOf(bytes);
    expect(rows[0]).toEqual([0, 0, 65_535]);
    for (const [id, [kind, place, index]] of rows.entries()) {
      if (id === 0) continue;
      if (kind === 1) expect(text.startsWith(`${id} 0 obj\n`, place)).toBe(true);
      else {
        expect(objects.get(place)).toContain('/Type /ObjStm');
        expect(index).toBeLessThan(Number(/\/N (\d+)/.exec(objects.get(place) ?? '')?.[1]));
      }
      expect(objects.has(id)).toBe(true);
    }
    expect(rows.filter(([kind]) => kind === 2).length).toBeGreaterThan(1200);
  });

  it('tells for each piece of content the element that it belongs to', async () => {
    const link: Inline = [{ text: 'there', link: 'p000001' }, ' and on'];
    const rows = Array.from({ length: 120 }, (_, index) => [
      link,
      ['two ', { text: 'words', face: 'bold' as const }],
      `${index}`,
    ]);
    const { objects } = readPdf(await collect(document(tableOf({ rows }))));
    const owners = ownersOf(objects);
    let [pieces, links] = [0, 0];
    for (const [id, object] of objects) {
      const key = Number(/\/StructParents (\d+)/.exec(object)?.[1] ?? Number.NaN);
      for (const [number, owner] of refs(objects.get(owners.get(key) ?? 0) ?? '').entries()) {
        const element = objects.get(owner) ?? '';
        expect(element).toContain(`/Pg ${id} 0 R`);
        expect(contentOf(element)).toContain(number);
        pieces++;
      }
      const annotation = /\/StructParent (\d+)/.exec(object)?.[1];
      if (annotation === undefined) continue;
      expect(objects.get(owners.get(Number(annotation)) ?? 0)).toContain(`/Type /OBJR /Obj ${id} 0 R`);
      links++;
    }
    expect(links).toBe(120);
    expect(pieces).toBeGreaterThan(120 * 4);
  });

  it('writes whatever was written before the cover last, with the number of pages on each', async () => {
    const pdf = readPdf(await collect(document(tableOf({ rows: rowsUpTo(200) }))));
    const { length } = pdf.pages;
    expect(length).toBeGreaterThan(4);
    for (const [index, { texts }] of pdf.pages.entries()) expect(texts).toContain(`Page ${index + 1} of ${length}`);
  });

  it('is handed on in steps from within an element too', async () => {
    let made = 0;
    let first = -1;
    const rows = rowsUpTo(500, (index) => {
      made = index;
    });
    const chunks: Uint8Array[] = [];
    const section: Section = ({ canvas }) =>
      withinSteps(canvas, 'Sect', function* () {
        paragraph(canvas, 'Before');
        yield* tableSteps(canvas, { columns: COLUMNS, rows });
      });
    for await (const chunk of document(section)) {
      if (first === -1) first = made;
      chunks.push(chunk);
    }
    expect(first).toBeLessThan(100);
    const elements = [...readPdf(Buffer.concat(chunks)).objects];
    const [sect] = elements.find(([, it]) => it.startsWith('<< /S /Sect')) ?? [];
    expect(elements.find(([, it]) => it.startsWith('<< /S /Table'))?.[1]).toContain(`/P ${sect} 0 R`);
  });

  it('is quick with many rows', async () => {
    const start = process.cpuUsage();
    for await (const _ of document(tableOf({ rows: rowsUpTo(20_000) })));
    const { user, system } = process.cpuUsage(start);
    // Processor time, since the machine may be busy. About 0.7 s; with an object for each element it was 4 s.
    expect((user + system) / 1e6).toBeLessThan(2.5);
  });
});

describe('a table', () => {
  it('repeats its head on each page as decoration, and has one body for each page', async () => {
    const pdf = readPdf(await collect(document(tableOf({ rows: rowsUpTo(150) }))));
    const elements = [...pdf.objects.values()];
    const times = (type: string): number => elements.filter((it) => it.startsWith(`<< /S /${type} `)).length;
    for (const { texts } of pdf.pages) expect(texts.filter((it) => it === 'Resource')).toHaveLength(1);
    expect([times('Table'), times('THead'), times('TBody')]).toEqual([1, 1, pdf.pages.length]);
    expect([times('TR'), times('TH'), times('TD')]).toEqual([151, 3 + 150, 300]);
    expect(elements.filter((it) => it.includes('/Scope /Row'))).toHaveLength(150);
    expect(elements.filter((it) => it.includes('/Scope /Column'))).toHaveLength(3);
    const shown = pdf.pages.flatMap((it) => it.texts);
    for (let index = 0; index < 150; index++) expect(shown).toContain(`arn:aws:s3:::tenant-${index}`);
  });

  it('splits a row only if it is higher than a page, and then loses nothing of it', async () => {
    const long = Array.from({ length: 900 }, (_, index) => `w${index}`).join(' ');
    const lines = Array.from({ length: 30 }, (_, index) => `l${index}`).join('\n');
    const rows: Inline[][] = [...Array(5).fill([lines, 'a', 'b']), [long, 'a', 'b'], ['z', 'last', 'b']];
    const pdf = readPdf(
      await collect(document(tableOf({ rows, columns: [{ head: 'A', width: 60, names: true }, ...COLUMNS.slice(1)] }))),
    );
    for (const { texts } of pdf.pages) {
      expect(texts.filter((it) => it === 'l0').length).toBe(texts.filter((it) => it === 'l29').length);
    }
    const text = ` ${pdf.pages.flatMap((it) => it.texts).join(' ')} `;
    for (const word of ['w0', 'w450', 'w899']) expect(text).toContain(` ${word} `);
    expect(pdf.pages.at(-1)?.texts).toContain('last');
  });

  it('stops before the file has more objects than it may, and says what is left out and where it is', async () => {
    const limit = 2000;
    const section = tableOf({ rows: rowsUpTo(1000), all: 'population.csv', more: 'Sorted by name.' });
    const bytes = await collect(document(section, limit));
    const pdf = readPdf(bytes);
    expect(xrefOf(bytes).length - 1).toBeLessThanOrEqual(limit);
    const shown = pdf.pages.flatMap((it) => it.texts);
    const rows = shown.filter((it) => it.startsWith('arn:')).length;
    expect(rows).toBeGreaterThan(300);
    expect(shown).toContain(
      `${1000 - rows} further rows are left out: a PDF/A file cannot hold more. population.csv has all of them.`,
    );
    expect(shown).toContain('Sorted by name.');
  });

  it('leaves out nothing below the limit', async () => {
    const shown = readPdf(
      await collect(document(tableOf({ rows: rowsUpTo(400), all: 'population.csv' }))),
    ).pages.flatMap((it) => it.texts);
    expect(shown.join(' ')).not.toContain('left out');
  });

  it('is refused as a whole when what is not rows has too many objects', async () => {
    const section: Section = ({ canvas }) => {
      for (let index = 0; index < 300; index++) paragraph(canvas, 'A line.');
    };
    await expect(collect(document(section, 200))).rejects.toMatchObject({ code: 'report-pdf-size' });
  });

  it('takes rows that are made one by one, also when a heading looked at the first', async () => {
    const bytes = await collect(
      document(({ canvas }) => {
        const options = { columns: COLUMNS, rows: rowsUpTo(3) };
        newPage(canvas);
        expect(tableTop(canvas, options)).toBeGreaterThan(30);
        table(canvas, options);
      }),
    );
    const shown = readPdf(bytes).pages.flatMap((it) => it.texts);
    expect(shown.filter((it) => it.startsWith('arn:'))).toEqual([0, 1, 2].map((it) => `arn:aws:s3:::tenant-${it}`));
  });

  it('refuses a row that has not one cell for each column', async () => {
    await expect(collect(document(tableOf({ rows: [['a', 'b']] })))).rejects.toThrow(
      'expected 3 cells in a row, got 2',
    );
  });

  it('draws plain cells as any other text', async () => {
    const draw = async (style: (text: string) => Inline): Promise<string[]> => {
      const rows = [
        'AVATAR, To We',
        'plain',
        'ends in a space ',
        'überall',
        'arn:aws:iam::111122223333:role/'.repeat(4),
        '',
      ];
      const pdf = readPdf(
        await collect(document(tableOf({ rows: rows.map((it) => [style(it), style(it), style(it)]) }))),
      );
      return pdf.pages.flatMap(({ content }) => content.match(/^BT .*$/gm) ?? []);
    };
    const plain = await draw((text) => text);
    expect(plain).toEqual(await draw((text) => [{ text }]));
    expect(plain.length).toBeGreaterThan(20);
  });
});

describe('first values', () => {
  it('are not lost to those who look at them, whatever gives them', () => {
    for (const values of [[1, 2, 3], new Set([1, 2, 3]), [1, 2, 3].values()]) {
      expect([firstOf<number>(values), firstOf<number>(values)]).toEqual([1, 1]);
      expect([...rowsOf<number>(values)]).toEqual([1, 2, 3]);
    }
    expect(firstOf([])).toBeUndefined();
    expect([...rowsOf([])]).toEqual([]);
  });
});

describe('objects of a file', () => {
  it('have all to be written', async () => {
    const objects = makeObjects('%PDF-1.7\n');
    objects.next();
    await expect(objects.finish('')).rejects.toThrow('object 1 of the PDF was never written');
  });

  it('have places beyond four gigabytes and in any number', () => {
    const positions = makePositions();
    for (let id = 1; id <= 70_000; id++) positions.plain(id, 0x1_0000_0002 + id);
    positions.packed(65_536, 7, 300);
    const rows = Buffer.concat([...positions.rows(70_000)]);
    const row = (id: number): Buffer => rows.subarray(id * 8, id * 8 + 8);
    expect(rows.length).toBe(70_001 * 8);
    expect(row(70_000).readUIntBE(1, 5)).toBe(0x1_0000_0002 + 70_000);
    expect([...row(65_536)]).toEqual([2, 0, 0, 0, 0, 7, 1, 44]);
  });
});

describe('what is known of pdfkit', () => {
  const newDocument = (): PDFKit.PDFDocument => new PDFDocument({ font: '', autoFirstPage: false, tagged: true });

  it('holds: numbers, objects, streams, names and content go where they should', async () => {
    const doc = newDocument();
    const { objects } = takeOver(doc, makeParentTree());
    const head = Buffer.concat(objects.take()).toString('latin1');
    expect(head).toMatch(/^%PDF-1\.\d\n%\xFF{4}\n$/);
    const before = objects.count();
    const plain = doc.ref({ Kind: 'Plain' });
    const stream = doc.ref({ Kind: 'Stream' });
    expect([plain.id, stream.id, objects.count()]).toEqual([before + 1, before + 2, before + 2]);
    plain.end(undefined);
    stream.end(Buffer.from('bytes'));
    const written = Buffer.concat(objects.take()).toString('latin1');
    expect(written).toMatch(
      new RegExp(`^${stream.id} 0 obj\n<<\n/Kind /Stream\n[\\s\\S]*>>\nstream\n[\\s\\S]*\nendstream\nendobj\n$`),
    );
    expect(written).not.toContain('/Plain');
  });

  it('holds: pages, names, links and marked content come out as they went in', async () => {
    const bytes = await drawnPdf(newDocument(), (canvas: Canvas) => {
      for (const name of ['b', 'B', 'a', 'ä']) canvas.doc.addNamedDestination(name, 'XYZ', 0, 100, 0);
      leaf(canvas, 'P', () => drawText(canvas, 'First', { x: 10, y: 10 }, STYLES.body));
      newPage(canvas);
      canvas.doc.markContent('Span', { actual: 'x' });
      canvas.doc.endMarkedContent();
      leaf(canvas, 'P', () => drawText(canvas, 'Second', { x: 10, y: 10 }, STYLES.body), { alt: 'Zwölf (12)' });
    });
    const pdf = readPdf(bytes);
    expect(pdf.pages.map((it) => it.texts)).toEqual([['First'], ['Second']]);
    expect(pdf.pages[1]?.content).toContain('/Span <<\n/ActualText (x)\n>> BDC\nEMC\n');
    const names = [...pdf.objects.values()].find((it) => it.includes('/Dests')) ?? '';
    expect([...names.matchAll(/\(([^)]*)\) \[/g)].map(([, it]) => it)).toEqual(['B', 'a', 'b', '\xFE\xFF\0\xE4']);
    const alts = [...pdf.objects.values()].filter((it) => it.includes('/Alt'));
    expect(alts).toEqual([
      expect.stringContaining(`/Alt (\xFE\xFF${[...'Zwölf '].map((it) => `\0${it}`).join('')}\0\\(`),
    ]);
  });

  it('holds: fonts encode ASCII as the quick way for tables does', () => {
    const faces = openFaces(newDocument());
    for (const face of [faces.sans, faces.bold, faces.mono]) {
      for (const text of ['AVATAR, To We.', 'a', 'arn:aws:s3:::x~y', '']) {
        const drawn = drawAscii(face, text);
        expect(drawn?.operand).toBe(showOperand(face, text));
        expect((drawn?.width ?? 0) / 100).toBeCloseTo(textWidth(face, text, 10), 8);
      }
      expect([drawAscii(face, 'ü'), drawAscii(face, 'a\nb'), drawAscii(face, 'x'.repeat(513))]).toEqual(
        Array(3).fill(undefined),
      );
    }
  });
});
