import { beforeAll, describe, expect, it } from 'vitest';
import { reportJson } from '../../src/report/formats/report-json.ts';
import { type ReadPdf, readPdf } from '../report/read-pdf.ts';
import { renderPdf } from '../report/render-pdf.ts';
import { control, sampleReport } from '../report/sample-report.ts';
import { HOSTILE } from './corpus.ts';
import { hostileReport } from './report-of.ts';

async function render(texts: readonly string[]): Promise<ReadPdf> {
  const report = hostileReport(texts);
  const bytes = reportJson(report);
  const attachments = [{ name: 'report.json', bytes, mediaType: 'application/json', description: 'The assessment' }];
  return readPdf(await renderPdf(report, { attachments }));
}

const TEXTS = HOSTILE.map((it) => it.text);
let hostile: ReadPdf;
let plain: ReadPdf;
beforeAll(async () => {
  hostile = await render(TEXTS);
  // Letters of every font, and some that no font has, so that all there can be of structure is there.
  plain = await render(TEXTS.map((_, at) => `plain ${at} 日 ${at % 2 ? 'שלום مرحبا' : 'e\u0301 👍 \u{10FFFF}'}`));
}, 120_000);

/** An object without its streams and strings: what a viewer takes as structure. */
const structureOf = (object: string): string =>
  object
    .replace(/stream\n[\s\S]*$/, '')
    .replace(/\\[\s\S]/g, '')
    .replace(/\([^()]*\)/g, '()')
    .replace(/<[0-9A-Fa-f\s]*>/g, '<>');
const namesIn = (pdf: ReadPdf): Set<string> =>
  new Set([...pdf.objects.values()].flatMap((it) => structureOf(it).match(/\/[A-Za-z]+/g) ?? []));

/** Tag before the name of an embedded font: there are as many as letters ask for. */
const SUBSET = /^\/[A-Z]ZZZZZ$/;

/** What a reader sees, code points written out turned back, without spaces. */
const solid = (text: string): string =>
  text
    .replace(/\\u\{([0-9A-F]+)\}/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .normalize('NFC')
    // Marks are drawn over their letter, apart from the text.
    .replace(/[\s\p{Z}\p{M}]/gu, '');

describe('a PDF full of such texts', () => {
  it('has no more kinds of structure than a plain one: no action, script or file comes out of a text', () => {
    const [names, known] = [namesIn(hostile), namesIn(plain)];
    expect([...names].filter((it) => !known.has(it) && !SUBSET.test(it))).toEqual([]);
    for (const name of ['/JavaScript', '/JS', '/OpenAction', '/AA', '/Launch', '/URI', '/SubmitForm', '/RichMedia'])
      expect([...names]).not.toContain(name);
  });

  it('closes every string, and its annotations are links within it', () => {
    for (const object of hostile.objects.values()) {
      expect(structureOf(object).replaceAll('()', '')).not.toMatch(/[()]/);
      if (/\/Type \/Annot\b/.test(structureOf(object)))
        expect(structureOf(object)).toMatch(/\/Subtype \/(Link|Widget)/);
    }
    expect([...hostile.files.keys()]).toEqual(['report.json']);
  });

  it('draws no character that its fonts lack, and marks what it opens', () => {
    for (const { content } of hostile.pages) {
      expect(content).not.toMatch(/<(\w{4})*0000/);
      const times = (operator: string): number => content.split(/\s+/).filter((it) => it === operator).length;
      expect(times('q')).toBe(times('Q'));
      expect(times('BT')).toBe(times('ET'));
    }
  });

  it('shows no character that hides, reorders or steers', () => {
    const text = hostile.pages.flatMap((page) => page.texts).join('');
    expect([
      ...new Set(text.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\u3164\u115f\u1160\uffa0\u2800]/gu) ?? []),
    ]).toEqual([]);
    expect(text).not.toMatch(/\p{M}{8}/u);
  });

  it('says what each text says, where it stands as a subject, a reason and an error', () => {
    const text = solid(hostile.pages.flatMap((page) => page.texts).join(' '));
    const missing = HOSTILE.filter(({ text: it, rtl }) => {
      const expected = solid(it).slice(0, 100);
      const drawn = [expected, ...(rtl ? [[...expected].reverse().join('')] : [])];
      return rtl !== true && drawn.every((form) => text.split(form).length <= 3);
    });
    expect(missing.map((it) => `${it.about}: ${JSON.stringify(it.text).slice(0, 80)}`)).toEqual([]);
  });
});

describe('bookmarks', () => {
  it('show a title as its pages do', async () => {
    const report = sampleReport({ controls: [control({ id: 'X1', title: 'left\u202eright\u001bend' })] });
    const { outline } = readPdf(await renderPdf(report, { attachments: [] }));
    expect(outline.filter((it) => it.includes('left'))).toEqual([
      expect.stringContaining('left\\u{202E}right\\u{1B}end'),
    ]);
  });
});
