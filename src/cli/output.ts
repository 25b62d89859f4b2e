import { styleText } from 'node:util';
import { printable, printableJson, printableLines } from './printable.ts';

/** Options that every command takes. */
export interface CommonOptions {
  readonly store: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Exit codes are part of the interface: scripts rely on them. */
export const EXIT = { good: 0, no: 1, usage: 2, incomplete: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/**
 * Where a command writes. Results go to stdout, one JSON document or JSON Lines with `--json`;
 * progress and messages go to stderr, nothing of them with `--quiet`.
 */
export interface Output {
  readonly json: boolean;
  /** A line of the result for people; nothing with `--json`. A tone is a colour, where the terminal shows any. */
  print(line?: string, tone?: Tone): void;
  /** A JSON document, or a line of JSON Lines; nothing without `--json`. */
  emit(value: unknown): void;
  /** A message beside the result. */
  note(message: string): void;
  /** Shows how far long work is: one line that is rewritten on a terminal, nothing elsewhere. */
  progress(done: number, of: number | undefined, what: string): void;
}

/** Never says anything that the words do not say. */
export type Tone = 'bad' | 'doubtful';
const COLOURS = { bad: 'red', doubtful: 'yellow' } as const;

/** `styleText` paints on terminals only, and heeds NO_COLOR (https://no-color.org) and FORCE_COLOR. */
const painted = (line: string, tone: Tone | undefined, stream: NodeJS.WritableStream): string =>
  tone === undefined ? line : styleText(COLOURS[tone], line, { stream });

const REWRITE = '\r\u001b[2K';

export function createOutput(
  options: Pick<CommonOptions, 'json' | 'quiet'>,
  { stdout, stderr }: { stdout: NodeJS.WritableStream; stderr: NodeJS.WritableStream & { isTTY?: boolean } } = process,
): Output {
  let isLineOpen = false;
  const closeLine = (): void => {
    if (isLineOpen) stderr.write(REWRITE);
    isLineOpen = false;
  };
  return {
    json: options.json === true,
    print: (line = '', tone) => {
      closeLine();
      if (!options.json) stdout.write(`${painted(printableLines(line), tone, stdout)}\n`);
    },
    emit: (value) => {
      closeLine();
      if (options.json) stdout.write(`${printableJson(value)}\n`);
    },
    note: (message) => {
      closeLine();
      if (!options.quiet) stderr.write(`${printableLines(message)}\n`);
    },
    progress: (done, of, what) => {
      if (options.quiet || !stderr.isTTY) return;
      stderr.write(`${REWRITE}${bar(done, of)} ${printable(oneLine(what)).slice(0, 70)}`);
      isLineOpen = true;
    },
  };
}

function bar(done: number, of: number | undefined): string {
  if (of === undefined || of === 0) return `${done}`;
  const filled = Math.round((done / of) * 20);
  return `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}] ${done}/${of}`;
}

/** Error messages may have several lines; where each thing has a line of its own they get one. */
export const oneLine = (text: string): string =>
  text.includes('\n')
    ? text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .join(' ')
    : text;

/** A cell that is wider sticks out of its column: one long name must not push all others off the screen. */
const MAX_WIDTH = 120;

/** Rows as aligned columns, two spaces apart, each row on one line; the last column is not padded. */
export function columns(table: readonly (readonly string[])[]): string[] {
  const rows = table.map((row) => row.map((cell) => printable(oneLine(cell))));
  const widths = (rows[0] ?? []).map((_, i) => {
    const widest = rows.reduce((most, row) => Math.max(most, (row[i] ?? '').length), 0);
    return Math.min(widest, MAX_WIDTH);
  });
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
