import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Report } from '../../src/model/report.ts';
import type { ReportFormat } from '../../src/report/format.ts';
import { reportJson } from '../../src/report/formats/report-json.ts';
import { FORMATS } from '../../src/report/formats.ts';
import { sampleReport } from './sample-report.ts';

const folder = new URL('../../src/report/formats/', import.meta.url);

describe('report formats', () => {
  it('are registered, each file of the folder once', async () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const found = await Promise.all(
      files.map(async (name) => ((await import(new URL(name, folder).href)) as { format: ReportFormat }).format),
    );
    const registered = [...FORMATS.values()].filter((format) => format.name !== 'data-dictionary.csv');
    expect(new Set(registered)).toEqual(new Set(found));
    expect(registered).toHaveLength(found.length);
  });

  it('have names that are safe as paths and say what they are', () => {
    for (const [name, format] of FORMATS) {
      expect(name).toMatch(/^[a-z0-9-]+\.[a-z]+$/);
      expect(format.mediaType).toMatch(/^[a-z]+\/[a-z.+-]+(;|$)/);
      expect(format.describes).toMatch(/\.$/);
    }
  });

  it('report.json is canonical, ends in a line feed and reads back as the same report', () => {
    const report = sampleReport();
    const text = Buffer.from(reportJson(report)).toString('utf8');
    expect(text.endsWith('}\n')).toBe(true);
    expect(Report.parse(JSON.parse(text))).toEqual(report);
    expect(text.startsWith('{"asOf":')).toBe(true);
  });
});
