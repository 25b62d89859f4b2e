import { WitnessmarkError } from '../../src/model/error.ts';
import type { Written } from './written.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  jsonl: 'application/jsonl',
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  xml: 'application/xml',
};

/** A file that a report is rendered to: \`verdicts-csv\` writes \`verdicts.csv\`, a line for each control. */
export function newFormat(name: string): Written {
  const [, stem = '', extension = ''] = /^([a-z][a-z0-9]*(?:-[a-z0-9]+)*)-([a-z]+)$/.exec(name) ?? [];
  if (!Object.hasOwn(MEDIA_TYPES, extension)) {
    const known = Object.keys(MEDIA_TYPES).join(', ');
    throw new WitnessmarkError('new-name', `format "${name}": expected <name>-<extension>, with one of ${known}`);
  }
  const file = `${stem}.${extension}`;
  const isCsv = extension === 'csv';
  return {
    files: new Map([
      [`src/report/formats/${name}.ts`, isCsv ? tableText(file) : renderText(file, extension)],
      [`test/report/formats/${name}.test.ts`, testText(name, file, isCsv ? 1 : 0)],
    ]),
    next: [
      'write what the file holds; the same report must give the same bytes, in chunks',
      `every pack holds data/${file} from now on`,
      ...(isCsv ? ['its columns join data-dictionary.csv, whose golden file is in test/report/golden'] : []),
    ],
  };
}

function tableText(file: string): string {
  return `import type { ControlResult } from '../../model/report.ts';
import { csvFormat } from '../csv/table.ts';

/** \`${file}\`: one row for each control. */
export const format = csvFormat<ControlResult>({
  name: '${file}',
  describes: 'One row for each control with its verdict.',
  columns: [
    { name: 'control', meaning: 'Official id of the control.', value: (it) => it.id },
    { name: 'verdict', meaning: 'Verdict over the period.', value: (it) => it.verdict },
  ],
  rows: (report) => report.controls,
});
`;
}

const LINES: Readonly<Record<string, string>> = {
  plain: '`${it.id} ${it.verdict}\\n`',
  jsonl: '`${canonicalize({ control: it.id, verdict: it.verdict })}\\n`',
};

function renderText(file: string, extension: string): string {
  const isJson = extension === 'json' || extension === 'jsonl';
  const line = isJson ? LINES.jsonl : LINES.plain;
  const whole = `yield Buffer.from(\`\${canonicalize(report.controls.map((it) => ({ control: it.id, verdict: it.verdict })))}\\n\`, 'utf8');`;
  const each = `for (const it of report.controls) yield Buffer.from(${line}, 'utf8');`;
  return `${isJson ? "import { canonicalize } from '../../ledger/canonical.ts';\n" : ''}import type { ReportFormat } from '../format.ts';

/** \`${file}\`: the verdict of each control. */
export const format: ReportFormat = {
  name: '${file}',
  mediaType: '${MEDIA_TYPES[extension]}',
  describes: 'The verdict of each control.',
  async *render(report) {
    ${extension === 'json' ? whole : each}
  },
};
`;
}

function testText(name: string, file: string, headLines: number): string {
  const lines = headLines === 0 ? 'controls.length' : `controls.length + ${headLines}`;
  const counts = name.endsWith('-json')
    ? 'expect(JSON.parse(text)).toHaveLength(controls.length);'
    : `expect(text.split('\\n').slice(0, -1)).toHaveLength(${lines});`;
  return `import { describe, expect, it } from 'vitest';
import { format } from '../../../src/report/formats/${name}.ts';
import { FORMATS } from '../../../src/report/formats.ts';
import { sampleReport } from '../sample-report.ts';

async function rendered(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of format.render(sampleReport(), [])) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('${file}', () => {
  it('is one of the files of a pack', () => {
    expect(FORMATS.get('${file}')).toBe(format);
  });

  it('says the verdict of each control', async () => {
    const { controls } = sampleReport();
    const text = await rendered();
    ${counts}
    for (const { id, verdict } of controls) {
      expect(text).toContain(id);
      expect(text).toContain(verdict);
    }
  });

  it('has the same bytes every time', async () => {
    expect(await rendered()).toBe(await rendered());
  });
});
`;
}
