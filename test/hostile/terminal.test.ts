import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showReport } from '../../src/cli/commands/assess.ts';
import { columns, createOutput } from '../../src/cli/output.ts';
import { printable, printableJson } from '../../src/cli/printable.ts';
import { showDiff } from '../../src/cli/report-diff/show.ts';
import { renderVerify } from '../../src/pack/verify/render.ts';
import { diffReports } from '../../src/report/diff/diff.ts';
import { sampleReport } from '../report/sample-report.ts';
import { HALF_PAIRS, HOSTILE } from './corpus.ts';
import { hostileReport } from './report-of.ts';

const TEXTS = [...HOSTILE.map((it) => it.text), ...HALF_PAIRS];

/** What must not reach a terminal: every control character but line feed. */
const STEERS = /(?!\n)\p{Cc}/u;
/** And what hides or reorders text: format characters, line separators, fillers, half pairs, piles of marks. */
const HIDES = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0\u2800]|\u034f|\p{M}{6}/u;

/** Everything that is written, by stream. */
function written(options: { json?: boolean }, work: (out: ReturnType<typeof createOutput>) => void) {
  const [stdout, stderr]: string[][] = [[], []];
  const to = (list: string[] | undefined) => ({ write: (text: string) => list?.push(text), isTTY: false }) as never;
  work(createOutput(options, { stdout: to(stdout), stderr: to(stderr) }));
  return { stdout: (stdout ?? []).join(''), stderr: (stderr ?? []).join('') };
}

function expectSafe(text: string): void {
  expect(text).not.toMatch(STEERS);
  expect(text).not.toMatch(HIDES);
}

/** As a test may be called: the reporter writes to a terminal too. */
const NAMED = TEXTS.map((text) => ({ text, name: printableJson(text).slice(0, 60) }));

describe.each(NAMED)('$name', ({ text }) => {
  it('does not steer, hide or reorder anything on a terminal, as result, message, cell or part of one', () => {
    const { stdout, stderr } = written({}, (out) => {
      out.print(`subject ${text}: ${text}`);
      for (const line of columns([
        ['NAME', 'REASON'],
        [text, text],
      ]))
        out.print(line);
      out.note(text);
    });
    expectSafe(stdout);
    expectSafe(stderr);
  });

  it('cannot pass for lines of ours', () => {
    const { stdout } = written({}, (out) => out.print(`subject ${text}.`));
    const [first, ...more] = stdout.trimEnd().split('\n');
    expect(first).toMatch(/^subject/);
    for (const line of more) expect(line).toMatch(/^ {2}│ /);
    expect(columns([[text, 'b']])[0]?.split('\n')).toHaveLength(1);
  });

  it('keeps every letter: what is not shown stands there as a code point', () => {
    const shown = printable(text).replace(/\\u\{([0-9A-F]+)\}/g, (whole, hex) =>
      text.includes(whole) ? whole : String.fromCodePoint(Number.parseInt(hex, 16)),
    );
    expect(shown).toBe(text.replaceAll('\r\n', '\n'));
    expect(printable(printable(text))).toBe(printable(text));
  });

  it('is exact in JSON, with nothing unseen in it', () => {
    const value = { [text]: [text] };
    const { stdout } = written({ json: true }, (out) => out.emit(value));
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(value)));
    expectSafe(stdout);
    expect(stdout.split('\n')).toHaveLength(2);
  });
});

describe('a long name', () => {
  it('does not push the other columns off the screen', () => {
    const [head, , short] = columns([
      ['NAME', 'REASON'],
      ['x'.repeat(10_000), 'a'],
      ['y', 'b'],
    ]);
    expect(head?.length).toBeLessThan(200);
    expect(short?.length).toBeLessThan(200);
  });

  it('of blanks takes no time to put on one line', () => {
    const start = performance.now();
    columns([[`${' '.repeat(1_000_000)}x\n`]]);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('JSON on stdout', () => {
  it('is the value, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(JSON.parse(printableJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('what commands show of a report full of such texts', () => {
  const report = hostileReport();

  it('assess', () => {
    expectSafe(written({}, (out) => showReport(report, out)).stdout);
    expect(JSON.parse(written({ json: true }, (out) => out.emit(report)).stdout)).toEqual(report);
  });

  it('report diff', () => {
    const diff = diffReports({ report: sampleReport() }, { report });
    const { stdout } = written({}, (out) =>
      showDiff(diff, { relation: 'same', says: TEXTS.join(' '), proof: null }, out),
    );
    expect(stdout).toContain('SUBJECTS NEWLY FAILING');
    expectSafe(stdout);
  });

  it('verify', () => {
    const findings = TEXTS.map((text) => ({ file: text, message: text }));
    const step = { code: 'manifest', title: 'Hashes', ok: false, findings, notes: TEXTS };
    const shown = renderVerify({ ok: false, steps: [step], warnings: TEXTS });
    expectSafe(written({}, (out) => shown.split('\n').forEach((line) => void out.print(line))).stdout);
  });
});
