import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { reportJson } from '../../src/report/formats/report-json.ts';
import type { PdfOptions } from '../../src/report/pdf/render.ts';
import { type ReadPdf, readPdf } from './read-pdf.ts';
import { renderPdf } from './render-pdf.ts';
import { control, interval, sampleReport, source } from './sample-report.ts';

const report = sampleReport();
const json = reportJson(report);
const options: PdfOptions = {
  attachments: [
    { name: 'report.json', bytes: json, mediaType: 'application/json', description: 'The assessment as data' },
  ],
};

/** All text in the order of the content, spaces between the stretches. */
const textOf = (pdf: ReadPdf): string => pdf.pages.flatMap((page) => page.texts).join(' ');

describe('the PDF of a report', () => {
  let bytes: Uint8Array;
  let pdf: ReadPdf;
  let text: string;
  beforeAll(async () => {
    bytes = await renderPdf(report, options);
    pdf = readPdf(bytes);
    text = textOf(pdf);
  });

  it('has a bookmark for every part, control set and control, with its verdict', () => {
    const parts = pdf.outline.filter((title) => !title.startsWith(' '));
    expect(parts).toEqual([
      'Executive summary',
      'Findings',
      'Changes since the last report',
      'Scope and method',
      'Coverage and completeness',
      'Who answers for what',
      'All controls',
      'Control results',
      'Exceptions register',
      'Appendix',
      'Sign-off',
    ]);
    expect(pdf.outline).toContain('  CC6  Logical and physical access');
    expect(pdf.outline).toContain(
      '    CC7.3  Security events are evaluated & acted upon <promptly> (Awaiting attestation)',
    );
    for (const { id } of report.controls)
      expect(pdf.outline.filter((it) => it.trim().startsWith(`${id}  `))).toHaveLength(1);
  });

  it('numbers its pages, and every page but the cover says what it is about', () => {
    const { length } = pdf.pages;
    expect(length).toBeGreaterThan(15);
    pdf.pages.forEach((page, index) => {
      expect(page.texts).toContain(`Page ${index + 1} of ${length}`);
      if (index > 0) expect(page.texts).toContain('SOC 2 Trust Services Criteria  ·  2026-01-12 to 2026-02-15');
    });
  });

  it('gives the page of every control in the table of all controls', () => {
    const table = pdf.pages.find(
      (page) => page.texts.includes('All controls') && page.texts.includes('What it asks for'),
    );
    for (const { id } of report.controls) {
      const page = pdf.pages.findIndex(({ texts }) => texts.includes(`${id}  `));
      expect(page).toBeGreaterThan(0);
      expect(table?.texts).toContain(String(page + 1));
    }
  });

  it('shows the exact expressions, the real errors and the identifiers, uncut', () => {
    expect(text).toContain('denies(resource.policy, "s3:*", {"aws:SecureTransport": "false"})');
    const solid = text.replaceAll(' ', '');
    expect(solid).toContain(
      'isnotauthorizedtoperform:s3:GetBucketPolicyonresource:"arn:aws:s3:::payroll-archive-eu"becauseno',
    );
    expect(solid).toContain(
      'AWSReservedSSO_DataPlatformAdministrators_0123456789abcdef/federated-break-glass-session-for-incident-response',
    );
    expect(solid).toContain(report.ledger.root);
    expect(solid).toContain(report.signing.sha256);
  });

  it('names each verdict in words, not by colour alone', () => {
    for (const word of [
      'Not met',
      'Inconclusive',
      'Awaiting attestation',
      'Not assessed',
      'Met with exceptions',
      'Met',
      'Not applicable',
    ]) {
      expect(pdf.pages.flatMap((page) => page.texts).filter((it) => it.trim() === word).length).toBeGreaterThan(1);
    }
  });

  it('never draws a character that its fonts lack', () => {
    expect(text).toContain('bücher-архив-');
    expect(text).toContain('日本');
    for (const page of pdf.pages) expect(page.content).not.toMatch(/<(\w{4})*0000/);
  });

  it('embeds every font and declares PDF/A-3a and PDF/UA-1', () => {
    const fonts = [...pdf.objects.values()].filter((it) => it.includes('/Type /FontDescriptor'));
    // Sans, bold, mono, and one for the name in Japanese.
    expect(fonts).toHaveLength(4);
    for (const font of fonts) expect(font).toMatch(/\/FontFile2 \d+ 0 R/);
    expect([...pdf.objects.values()].filter((it) => it.includes('/Subtype /Type1'))).toEqual([]);
    const metadata = [...pdf.objects.values()].find((it) => it.includes('/Type /Metadata')) ?? '';
    expect(metadata).toContain('<pdfaid:part>3</pdfaid:part>');
    expect(metadata).toContain('<pdfaid:conformance>A</pdfaid:conformance>');
    expect(metadata).toContain('<pdfuaid:part>1</pdfuaid:part>');
  });

  it('carries report.json byte for byte, as its source', () => {
    expect(pdf.files.get('report.json')).toEqual(Buffer.from(json));
    expect([...pdf.objects.values()].filter((it) => it.includes('/AFRelationship /Source'))).toHaveLength(1);
  });

  it('marks all text as content or decoration, and closes what it opens', () => {
    for (const { content } of pdf.pages) {
      let depth = 0;
      for (const [token] of content.matchAll(/\b(?:BDC|BMC|EMC|BT)\b/g)) {
        if (token === 'BT') expect(depth).toBeGreaterThan(0);
        else depth += token === 'EMC' ? -1 : 1;
      }
      expect(depth).toBe(0);
      const times = (operator: string): number => content.split(/\s+/).filter((it) => it === operator).length;
      expect(times('q')).toBe(times('Q'));
    }
  });

  it('gives every figure a text and every link a name', () => {
    const objects = [...pdf.objects.values()];
    const figures = objects.filter((it) => it.includes('/S /Figure'));
    expect(figures.length).toBeGreaterThan(10);
    for (const figure of figures) expect(figure).toMatch(/\/Alt \(.{10,}/);
    const links = objects.filter((it) => it.includes('/Subtype /Link'));
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(link).toMatch(/\/Contents \(.*Go to|\/Contents \(\xFE\xFF/);
  });

  it('leads every link to a destination that exists', () => {
    const all = [...pdf.objects.values()].join('\n');
    const names = new Set([...all.matchAll(/\((\w\d{6})\) \[/g)].map(([, name]) => name));
    const targets = [...all.matchAll(/\/Dest \((\w+)\)/g)].map(([, name]) => name);
    expect(targets.filter((name) => !names.has(name))).toEqual([]);
    expect(targets.length).toBeGreaterThan(20);
  });

  it('is the same bytes when rendered again', async () => {
    expect(Buffer.from(await renderPdf(report, options)).equals(bytes)).toBe(true);
  });

  it('is the same bytes in another time zone and locale', () => {
    const script = `
      const { renderPdf } = await import(${JSON.stringify(new URL('./render-pdf.ts', import.meta.url).href)});
      const { reportJson } = await import(${JSON.stringify(new URL('../../src/report/formats/report-json.ts', import.meta.url).href)});
      const { sampleReport } = await import(${JSON.stringify(new URL('./sample-report.ts', import.meta.url).href)});
      const { createHash } = await import('node:crypto');
      const report = sampleReport();
      const attachments = [{ name: 'report.json', bytes: reportJson(report), mediaType: 'application/json', description: 'The assessment as data' }];
      const pdf = await renderPdf(report, { attachments });
      process.stdout.write(createHash('sha256').update(pdf).digest('hex'));`;
    const env = { ...process.env, TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', NODE_OPTIONS: '' };
    const hash = execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' });
    expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

describe('rendering options', () => {
  it('uses Letter pages when asked', async () => {
    const pdf = readPdf(await renderPdf(report, { ...options, paper: 'Letter' }));
    const pages = [...pdf.objects.values()].filter((it) => it.includes('/Type /Page\n'));
    for (const page of pages) expect(page).toContain('/MediaBox [0 0 612 792]');
  });

  it('calls beforeEnd once, with the cover as the current page and a place in the structure', async () => {
    const seen: string[] = [];
    const beforeEnd: PdfOptions['beforeEnd'] = (doc, root) => {
      seen.push(doc.page.dictionary.toString());
      const form = doc.struct('Form');
      root.add(form);
      form.end();
    };
    const pdf = readPdf(await renderPdf(report, { ...options, beforeEnd }));
    const pages = [...pdf.objects.values()].find((it) => it.includes('/Type /Pages')) ?? '';
    expect(seen).toEqual([/\/Kids \[(\d+ 0 R)/.exec(pages)?.[1]]);
    expect([...pdf.objects.values()].filter((it) => it.includes('/S /Form'))).toHaveLength(1);
  });
});

describe('reports at the edges', () => {
  it('goes over pages with a reason that is longer than a page, losing nothing', async () => {
    const words = Array.from({ length: 2500 }, (_, i) => `w${i}`).join(' ');
    const failing = [interval({ subject: 'arn:aws:s3:::long', reason: words })];
    const controls = [
      control({ id: 'CC6.1', verdict: 'not_met', reasons: [words], sources: [source({ failing, expect: words })] }),
    ];
    const text = ` ${textOf(readPdf(await renderPdf(sampleReport({ controls }), options)))} `;
    for (const word of ['w0', 'w999', 'w2499']) expect(text.split(` ${word} `).length).toBeGreaterThanOrEqual(4);
  });

  it('writes characters that would hide or reorder text as code points', async () => {
    const failing = [interval({ subject: 'arn:aws:s3:::a\u202Egpj.exe', name: 'zero\u200Bwidth' })];
    const controls = [control({ id: 'CC6.1', sources: [source({ failing })] })];
    const text = textOf(readPdf(await renderPdf(sampleReport({ controls }), options)));
    expect(text.replaceAll(' ', '')).toContain('a\\u{202E}gpj.exe');
    expect(text.replaceAll(' ', '')).toContain('zero\\u{200B}width');
  });

  it('renders a report without runs, exceptions, failures or sets of its controls', async () => {
    const empty = sampleReport({
      controls: [control({ id: 'CC6.1' })],
      exceptions: [],
      runs: [],
      notCollected: [],
      limitations: [],
    });
    const text = textOf(readPdf(await renderPdf(empty, options)));
    expect(text).toContain('No exception is on record.');
    expect(text).toContain('There was no run in the period.');
    expect(text).toContain('Nothing was failing without a valid exception');
  });

  it('stays fast with 280 controls over 150 resources', async () => {
    const failing = Array.from({ length: 150 }, (_, i) => interval({ subject: `arn:aws:s3:::tenant-${i}-production` }));
    const controls = Array.from({ length: 280 }, (_, i) => {
      const sources = i % 3 === 0 ? [source({ failing })] : i % 3 === 1 ? [source()] : [];
      return control({ id: `CC6.${i}`, sources });
    });
    const start = process.cpuUsage();
    const bytes = await renderPdf(sampleReport({ controls }), options);
    const { user, system } = process.cpuUsage(start);
    // Processor time, since the machine may be busy. About 1.5 s; a table written by pdfkit takes many times that.
    expect((user + system) / 1e6).toBeLessThan(4);
    expect(readPdf(bytes).pages.length).toBeGreaterThan(280);
  });
});
