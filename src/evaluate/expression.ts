import type { Environment, ParseResult } from '@marcbachmann/cel-js';
import { messageOf } from '../model/error.ts';
import { MAX_EXPRESSION } from './environment.ts';
import { type ExpressionProblem, findMentions, type Mention } from './mentions.ts';
import { didYouMean } from './nearest.ts';

/** An expression that parses and type-checks. */
export interface Expression {
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** The value as CEL gives it; throws whatever went wrong. */
  readonly run: (context: Readonly<Record<string, unknown>>) => unknown;
}

export interface CompileExpression {
  readonly environment: Environment;
  readonly text: string;
  readonly type: 'bool' | 'string';
  /** Variables that may be used as `name.field` only. */
  readonly variables: ReadonlySet<string>;
}

/** Either the expression or what is wrong with it (at least one problem). Never throws. */
export type Compiled =
  | { readonly expression: Expression; readonly problems: readonly [] }
  | { readonly expression?: never; readonly problems: readonly ExpressionProblem[] };

/** Parses and type-checks one expression, within bounds on its size, depth and loops. */
export function compileExpression({ environment, text, type, variables }: CompileExpression): Compiled {
  if (text.length > MAX_EXPRESSION) return { problems: [tooLong(text.length)] };
  let program: ParseResult;
  try {
    program = environment.parse(text);
  } catch (thrown) {
    return { problems: [toProblem(thrown, 'evaluate-syntax', environment)] };
  }
  const { mentions, problems } = findMentions(program.ast, variables);
  if (problems.length > 0) return { problems };
  const checked = program.check();
  if (!checked.valid) return { problems: [toProblem(checked.error, 'evaluate-type', environment)] };
  if (checked.type !== type && checked.type !== 'dyn') return { problems: [wrongType(type, checked.type)] };
  return { expression: { text, mentions, run: (context) => program(context) }, problems: [] };
}

/** `No such key: x, at character 12`: the message of an error from CEL on one line, with its place. */
export function explain(thrown: unknown): string {
  const { summary, offset } = cel(thrown);
  return offset === undefined ? summary : `${summary}, at character ${offset + 1}`;
}

/** The code of an error from CEL, if it has one. */
export function codeOf(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

function toProblem(thrown: unknown, code: string, environment: Environment): ExpressionProblem {
  const { summary, offset } = cel(thrown);
  return { code, message: summary + suggestion(summary, environment), offset: offset ?? 0 };
}

/** CEL's errors carry the bare sentence as `summary`, and a drawing of the place in `message`. */
function cel(thrown: unknown): { summary: string; offset: number | undefined } {
  const { summary, range } = (thrown ?? {}) as { summary?: unknown; range?: { start?: unknown } };
  return {
    summary: typeof summary === 'string' ? summary : messageOf(thrown),
    offset: typeof range?.start === 'number' ? range.start : undefined,
  };
}

function suggestion(summary: string, environment: Environment): string {
  const definitions = environment.getDefinitions();
  const variable = /^Unknown variable: (\w+)$/.exec(summary)?.[1];
  if (variable !== undefined)
    return didYouMean(
      variable,
      definitions.variables.filter((it) => it.type !== 'type').map((it) => it.name),
    );
  const called = /matching overload for '(?:.*\.)?(\w+)\(/.exec(summary)?.[1];
  const names = new Set(definitions.functions.map((it) => it.name));
  return called === undefined || names.has(called) ? '' : didYouMean(called, names);
}

function tooLong(length: number): ExpressionProblem {
  const message = `expected an expression of at most ${MAX_EXPRESSION} characters, found ${length}`;
  return { code: 'evaluate-too-long', message, offset: 0 };
}

function wrongType(expected: string, found: string | undefined): ExpressionProblem {
  return { code: 'evaluate-type', message: `expected an expression of type ${expected}, found ${found}`, offset: 0 };
}
