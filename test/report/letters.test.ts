import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { isolates, visualRuns } from '../../src/report/pdf/text/bidi.ts';
import { openFaces, textWidth } from '../../src/report/pdf/text/fonts.ts';
import { breakLines } from '../../src/report/pdf/text/inline.ts';
import { clusterEnds } from '../../src/report/pdf/text/letters.ts';
import { printable } from '../../src/report/pdf/text/printable.ts';
import { layout } from '../../src/report/pdf/text/shaping.ts';
import { drawText, paragraph } from '../../src/report/pdf/text/text.ts';
import { STYLES } from '../../src/report/pdf/theme.ts';
import { type ReadPdf, readPdf } from './read-pdf.ts';
import { drawnPdf } from './render-pdf.ts';

const NAMES = {
  Han: '東京数据平台',
  Kana: 'ひらがなカタカナ',
  Hangul: '데이터 플랫폼',
  Arabic: 'مستخدم محمد',
  Persian: 'پژوهش گچ',
  Hebrew: 'דוד כהן',
  Syriac: 'ܫܠܡܐ',
  Thaana: 'ދިވެހި',
  Devanagari: 'राष्ट्रीय क्षेत्र',
  Bengali: 'প্রশাসক বাংলা',
  Gurmukhi: 'ਪੰਜਾਬੀ',
  Gujarati: 'વ્યવસ્થાપક',
  Oriya: 'ପ୍ରଶାସକ',
  Tamil: 'தமிழ் கொ',
  Telugu: 'తెలుగు',
  Kannada: 'ನಿರ್ವಾಹಕ',
  Malayalam: 'മലയാളം',
  Sinhala: 'සිංහල',
  Thai: 'ผู้ดูแลระบบ น้ำ',
  Lao: 'ຜູ້ບໍລິຫານ',
  Khmer: 'អ្នកគ្រប់គ្រង',
  Myanmar: 'စီမံခန့်ခွဲသူ',
  Tibetan: 'བོད་སྐད་',
  Ethiopic: 'አስተዳዳሪ',
  Armenian: 'Ադմինիստրատոր',
  Georgian: 'ადმინისტრატორი',
  Greek: 'Διαχειριστής ἀρχή',
  Cyrillic: 'администратор қ',
  Vietnamese: 'Quản trị viên Nguyễn',
  Symbols: '✓ ★ ≤ € ₹',
};

const newDocument = (): PDFKit.PDFDocument =>
  new PDFDocument({
    font: '',
    autoFirstPage: false,
    tagged: true,
    compress: true,
    info: { CreationDate: new Date(0) },
  });

const { sans, bold, mono } = openFaces(newDocument());
const faces = { sans, bold, mono };
const wide = (text: string, width = 500) => breakLines(faces, text, STYLES.small, width);
const textOf = (lines: ReturnType<typeof wide>): string =>
  lines.map((line) => line.pieces.map((piece) => piece.actual ?? piece.text).join('')).join('');

/** A document of paragraphs, and what a reader finds in it. */
async function draw(texts: readonly string[]): Promise<{ pdf: ReadPdf; bytes: Uint8Array; fonts: string[] }> {
  const bytes = await drawnPdf(newDocument(), (canvas) => {
    for (const text of texts) paragraph(canvas, text);
  });
  const pdf = readPdf(bytes);
  const names = [...pdf.objects.values()].map((it) => /\/FontName \/\w+\+([\w-]+)/.exec(it)?.[1]);
  return { pdf, bytes, fonts: names.filter((it) => it !== undefined) };
}

/** Texts that structure elements and spans say their glyphs stand for. */
function actualTexts(pdf: ReadPdf): string[] {
  const sources = [...pdf.objects.values(), ...pdf.pages.map((it) => it.content)];
  const strings = sources.flatMap((it) => [...it.matchAll(/\/ActualText \(((?:\\[\s\S]|[^\\)])*)\)/g)]);
  return strings.map(([, raw]) => {
    const plain = (raw ?? '').replace(
      /\\([nrtbf()\\])/g,
      (_, it: string) => ({ n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' })[it] ?? it,
    );
    const bytes = Buffer.from(plain, 'latin1');
    return plain.startsWith('\xFE\xFF') ? Buffer.from(bytes.subarray(2)).swap16().toString('utf16le') : plain;
  });
}

describe('names in any script', () => {
  it.each(Object.entries(NAMES))('shows %s', (_, name) => {
    for (const face of [sans, bold, mono]) expect(printable(name, face)).toEqual([{ text: name.normalize('NFC') }]);
    expect(textWidth(sans, name, 10)).toBeGreaterThan(name.length);
  });

  it('writes what no font has as a code point that stands for the character', () => {
    expect(printable('a👩\u200D🚀❤\uFE0F', sans)).toEqual([
      { text: 'a' },
      { text: '\\u{1F469}', actual: '👩' },
      { text: '\\u{200D}' },
      { text: '\\u{1F680}', actual: '🚀' },
      { text: '❤' },
      { text: '\\u{FE0F}' },
    ]);
  });

  it('writes every invisible character and every space but one as a code point', () => {
    for (const code of [0, 0xa0, 0xad, 0x34f, 0x61c, 0x115f, 0x17b4, 0x180e, 0x2003, 0x200b, 0x200c, 0x200d, 0x200e])
      expect(printable(`a${String.fromCodePoint(code)}b`, sans).map((it) => it.text)).toContain(
        `\\u{${code.toString(16).toUpperCase()}}`,
      );
    for (const code of [
      0x2028, 0x202e, 0x2066, 0x2069, 0x206f, 0x2800, 0x3000, 0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xe0041,
    ])
      expect(printable(`a${String.fromCodePoint(code)}b`, sans).map((it) => it.text)).toContain(
        `\\u{${code.toString(16).toUpperCase()}}`,
      );
  });

  it('shows the ideographic space where it can be seen', () => {
    expect(printable('山田\u3000太郎', sans)).toEqual([{ text: '山田\u3000太郎' }]);
    expect(printable('山田\u3000', sans).map((it) => it.text)).toEqual(['山田', '\\u{3000}']);
  });

  it('draws marks only on a character of their own, and not more than fit the line', () => {
    expect(printable('\u0301a', sans).map((it) => it.text)).toEqual(['\\u{301}', 'a']);
    expect(printable(' \u0301', sans).map((it) => it.text)).toEqual([' ', '\\u{301}']);
    const tower = printable(`x${'\u0323'.repeat(8)}y`, sans);
    expect(tower.map((it) => it.text)).toEqual([`x${'\u0323'.repeat(5)}`, ...Array(3).fill('\\u{323}'), 'y']);
    expect(tower.map((it) => it.actual ?? it.text).join('')).toBe(`x${'\u0323'.repeat(8)}y`);
  });
});

describe('right-to-left names', () => {
  const arn = 'arn:aws:iam::111122223333:user/דוד כהן/123456/שרה-לוי:x';

  it('isolates each stretch, so that everything else stays where it is', () => {
    expect(layout(sans, arn).map((it) => it.text)).toEqual([
      'arn:aws:iam::111122223333:user/',
      'דוד כהן',
      '/123456/',
      'שרה-לוי',
      ':x',
    ]);
    const at = (text: string): number => textWidth(sans, text, 10);
    const sum = ['arn:aws:iam::111122223333:user/', 'דוד', ' ', 'כהן', '/123456/', 'שרה-לוי', ':x'].map(at);
    expect(at(arn)).toBeCloseTo(sum.reduce((total, it) => total + it));
  });

  it('turns the letters and the words of a stretch around', () => {
    const glyphs = (text: string): string[] =>
      layout(sans, text)
        .flatMap((it) => it.parts)
        .flatMap((it) => it.shaped?.glyphs.map((glyph) => glyph.code) ?? [it.text]);
    const [alef] = glyphs('א');
    const [bet] = glyphs('ב');
    expect(glyphs('אב')).toEqual([bet, alef]);
    expect(glyphs('אא בב')).toEqual([bet, bet, ' ', alef, alef]);
    expect(glyphs('אב/אא')).toEqual([bet, alef, '/', alef, alef]);
  });

  it('keeps the digits of Arabic from left to right', () => {
    expect(visualRuns('محمد ٢٠٢٦ علي')).toEqual([
      { text: ' علي', rightToLeft: true },
      { text: '٢٠٢٦', rightToLeft: false },
      { text: 'محمد ', rightToLeft: true },
    ]);
    const [part] = layout(sans, '٢٠').flatMap((it) => it.parts);
    const codes = part?.shaped?.glyphs.map((it) => it.code);
    const single = ['٢', '٠'].map((it) => layout(sans, it)[0]?.parts[0]?.shaped?.glyphs[0]?.code);
    expect(codes).toEqual(single);
  });

  it('joins the letters of Arabic', () => {
    const codes = (text: string) => layout(sans, text)[0]?.parts[0]?.shaped?.glyphs.map((it) => it.code) ?? [];
    expect(new Set(codes('ببب')).size).toBe(3);
    expect(codes('لا')).toHaveLength(1);
  });

  it('never moves what is not right-to-left, whatever the text', () => {
    const unit = fc.constantFrom('א', 'ب', '٢', '۲', '1', 'a', ' ', '/', ':', '-', '"', '(', 'שׁ', 'é', '東');
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        const parts = isolates(text);
        expect(parts.map((it) => it.text).join('')).toBe(text);
        for (const { text: part, rightToLeft } of parts) if (rightToLeft) expect(part).not.toMatch(/[0-9a-z/:()]/);
        for (const { text: part, rightToLeft } of parts) {
          if (!rightToLeft) continue;
          const seen = visualRuns(part).map((it) => it.text);
          expect([...seen.join('')].sort()).toEqual([...part].sort());
        }
      }),
    );
  });

  it('gives the logical text in the structure, and each glyph its own text', async () => {
    const { pdf } = await draw([arn, 'مستخدم محمد', 'हिन्दी']);
    const texts = actualTexts(pdf);
    for (const name of ['דוד כהן', 'שרה-לוי', 'مستخدم محمد', 'हिन्दी']) expect(texts).toContain(name);
    const shown = pdf.pages.flatMap((it) => it.texts);
    expect(shown).toContain('דוד'.split('').reverse().join(''));
    expect(shown.indexOf('/123456/')).toBe(shown.indexOf('דוד'.split('').reverse().join('')) + 1);
  });
});

describe('embedding', () => {
  it('lists the origin and digest of every fallback font', () => {
    const folder = new URL('../../src/report/pdf/fonts/', import.meta.url);
    const readme = readFileSync(new URL('README.md', folder), 'utf8');
    const files = readdirSync(folder).filter((it) => it.endsWith('.br'));
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const digest = createHash('sha256')
        .update(brotliDecompressSync(readFileSync(new URL(file, folder))))
        .digest('hex');
      expect(readme.split('\n').find((it) => it.startsWith(`| ${file.slice(0, -3)} `))).toContain(digest);
    }
  });

  it('embeds no fallback in a report that needs none', async () => {
    const plain = await draw(['arn:aws:iam::111122223333:role/Ops', 'bücher-архив · Ωμέγα – 3 → 4 …']);
    expect(plain.fonts.filter((it) => !/^IBMPlex(Mono|Sans-(Regular|SemiBold))$/.test(it))).toEqual([]);
    const named = await draw(['arn:aws:iam::111122223333:role/東京']);
    expect(named.fonts.filter((it) => !/^IBMPlex(Mono|Sans-(Regular|SemiBold))$/.test(it))).toEqual([
      'DroidSansFallback',
    ]);
    expect(named.bytes.length - plain.bytes.length).toBeLessThan(20_000);
  });

  it('maps every glyph to text, and gives the same bytes again', async () => {
    const names = Object.values(NAMES);
    const first = await draw(names);
    expect(Buffer.from((await draw(names)).bytes).equals(first.bytes)).toBe(true);
    expect(first.fonts.length).toBeGreaterThan(20);
    for (const { content, texts } of first.pdf.pages) {
      for (const text of texts) expect(text).not.toContain('\u{FFFD}');
      expect(content).not.toMatch(/<(\w{4})*0000/);
    }
  });

  it('draws any text at all, also one that was not made printable', async () => {
    const bytes = await drawnPdf(newDocument(), (canvas) =>
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
          drawText(canvas, text, { x: 10, y: 10 }, STYLES.body);
          expect(textWidth(canvas.faces.sans, text, 10)).toBeGreaterThanOrEqual(0);
        }),
        { numRuns: 300 },
      ),
    );
    expect(readPdf(bytes).pages).toHaveLength(1);
  });
});

describe('breaking lines of any script', () => {
  it('breaks between ideographs, but not before a closing mark', () => {
    const lines = wide(`name-${'東京。（本番）'.repeat(20)}`, 60).map((line) =>
      line.pieces.map((it) => it.text).join(''),
    );
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(line).not.toMatch(/^[。）]|（$/);
    expect(lines.join('')).toBe(`name-${'東京。（本番）'.repeat(20)}`);
  });

  it.each(Object.entries(NAMES))('keeps characters of %s whole and within the column', (_, name) => {
    const text = name.replaceAll(' ', '').repeat(20).normalize('NFC');
    const ends = new Set(clusterEnds(text));
    let at = 0;
    for (const line of wide(text, 70)) {
      expect(line.width).toBeLessThanOrEqual(70.1);
      at += line.pieces.reduce((sum, it) => sum + (it.actual ?? it.text).length, 0);
      expect(ends.has(at)).toBe(true);
    }
    expect(at).toBe(text.length);
  });

  it('takes one character a line in a column that is narrower', () => {
    expect(wide('東京xy', 2).map((line) => line.pieces.map((it) => it.text).join(''))).toEqual(['東', '京', 'x', 'y']);
  });

  it('sets a name of 10 KB in a narrow column without overflow, in time', () => {
    for (const part of ['arn:aws:iam::1:role/x-', 'x', '東京', 'مستخدم', 'क्षि', 'ผู้ดู']) {
      const text = part.repeat(Math.ceil(10_000 / Buffer.byteLength(part)));
      wide(part, 70);
      const start = process.cpuUsage();
      const lines = wide(text, 70);
      const { user, system } = process.cpuUsage(start);
      // Twenty times what it takes, as the machine may be busy; quadratic time is far above.
      expect((user + system) / 1000).toBeLessThan(2000);
      expect(Math.max(...lines.map((line) => line.width))).toBeLessThanOrEqual(70.1);
      expect(textOf(lines)).toBe(text);
    }
  });

  it('loses nothing of any text, throws on none, and stays within the column', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
      fc.constantFrom(...Object.values(NAMES), ' ', '/', '\u0301', '\u200D', '\u202E', 'arn:aws:'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), fc.integer({ min: 80, max: 300 }), (units, width) => {
        const text = units.join('');
        const lines = wide(text, width);
        for (const line of lines) expect(line.width).toBeLessThan(width + 0.1);
        const plain = textOf(lines).replace(/\\u\{([0-9A-F]+)\}/g, (whole, hex) =>
          text.includes(whole) ? whole : String.fromCodePoint(Number.parseInt(hex, 16)),
        );
        const solid = (it: string): string => it.normalize('NFC').replace(/[ \t\r\n]/g, '');
        expect(solid(plain)).toBe(solid(text));
      }),
      { numRuns: 300 },
    );
  });

  it('measures a line as what is drawn of it', () => {
    const unit = fc.constantFrom(...Object.values(NAMES), ' ', '/', 'a1', '"');
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 8 }), (units) => {
        for (const line of wide(units.join(''), 200)) {
          for (const piece of line.pieces.filter((it) => it.actual === undefined && !/[!-~]/.test(it.text)))
            expect(textWidth(sans, piece.text, STYLES.small.size)).toBeCloseTo(piece.width, 1);
        }
      }),
      { numRuns: 100 },
    );
  });
});
