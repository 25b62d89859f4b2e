import { byText } from '../model/by-text.ts';
/** Something wrong in a catalogue file, at a place that an editor can jump to. Line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
}

/** A place in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** `file:line:column: message`, with `warning: ` before the message of a warning. */
export function formatProblem({ file, line, column, severity, message }: Problem): string {
  return `${file}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

/** By file, line and column, so that the same catalogue always gives the same text. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) => byText(a.file, b.file) || a.line - b.line || a.column - b.column || byText(a.message, b.message),
  );
}
