import fc from 'fast-check';
import PDFDocument from 'pdfkit';
import { describe, expect, it } from 'vitest';
import { openFaces, textWidth } from '../../src/report/pdf/text/fonts.ts';
import { breakLines } from '../../src/report/pdf/text/inline.ts';
import { STYLES } from '../../src/report/pdf/theme.ts';

const faces = openFaces(new PDFDocument({ font: '', autoFirstPage: false }));
const lines = (text: string, width: number, style = STYLES.small): string[] =>
  breakLines(faces, text, style, width).map((line) => line.pieces.map((piece) => piece.text).join(''));

describe('breaking lines', () => {
  it('breaks a long ARN after a separator and keeps every character', () => {
    const arn = 'arn:aws:iam::111122223333:role/service-role/AmazonDataPlatformAdministrators-production';
    const broken = lines(arn, 160);
    expect(broken.length).toBeGreaterThan(1);
    expect(broken.join('')).toBe(arn);
    for (const line of broken.slice(0, -1)) expect(line).toMatch(/[:/\-_]$/);
  });

  it('keeps the line breaks and indentation of an expression', () => {
    expect(lines('a ||\n  b', 400, STYLES.mono)).toEqual(['a ||', '  b']);
  });

  it('drops the space at which it breaks', () => {
    expect(lines('one two', textWidth(faces.sans, 'one t', STYLES.small.size))).toEqual(['one', 'two']);
  });

  it('loses nothing and stays within the width, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.integer({ min: 60, max: 500 }), (text, width) => {
        const broken = breakLines(faces, text, STYLES.body, width);
        for (const line of broken) expect(line.width).toBeLessThan(width + 0.1);
        const shown = broken.flatMap((line) => line.pieces.map((piece) => piece.actual ?? piece.text)).join('');
        const unescaped = shown.replace(/\\u\{([0-9A-F]+)\}/g, (whole, hex) =>
          text.includes(whole) ? whole : String.fromCodePoint(Number.parseInt(hex, 16)),
        );
        const solid = (it: string): string => it.normalize('NFC').replace(/[ \t\r\n]/g, '');
        expect(solid(unescaped)).toBe(solid(text));
      }),
      { numRuns: 200 },
    );
  });
});
