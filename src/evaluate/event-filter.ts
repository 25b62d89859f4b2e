import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../model/json.ts';

/** What is known of an expression for one event without asking CEL. `undefined`: ask. */
export type Guess = boolean | undefined;

type Guesser = (event: JsonObject) => Guess;
type Reader = (event: JsonObject) => Json | undefined;

const unknown: Guesser = () => undefined;

/**
 * A fast answer to most events: true or false where CEL is certain to say the same, else undefined. It
 * knows `&&`, `||`, `!`, `has`, `==`, `!=`, `in`, `contains`, `startsWith` and `endsWith` of fields and
 * literal texts. Whatever else stands in the expression, and every value that is no text, is left to CEL.
 * As in CEL, a false conjunct decides a conjunction whatever the others are, errors included.
 */
export function eventFilter(ast: ASTNode): Guesser {
  switch (ast.op) {
    case '&&':
      return joined(operands(ast, '&&'), false);
    case '||':
      return joined(operands(ast, '||'), true);
    case '!_':
      return not(eventFilter(ast.args));
    case '==':
      return equals(ast.args);
    case '!=':
      return not(equals(ast.args));
    case 'in':
      return isIn(ast.args);
    case 'call':
      return ast.args[0] === 'has' ? has(ast.args[1]) : unknown;
    case 'rcall':
      return textTest(ast.args);
    default:
      return unknown;
  }
}

/** `a && b && c` as a list. */
function operands(ast: ASTNode, op: '&&' | '||'): ASTNode[] {
  return ast.op === op ? ast.args.flatMap((it) => operands(it, op)) : [ast];
}

/** Comparisons settle most events, so they go first; guessing has no order of its own. */
const COMPARISONS: ReadonlySet<string> = new Set(['==', 'in']);

/** `decisive` is the value of one operand that decides: false of `&&`, true of `||`. */
function joined(nodes: readonly ASTNode[], decisive: boolean): Guesser {
  const [first, rest] = [nodes.filter((it) => COMPARISONS.has(it.op)), nodes.filter((it) => !COMPARISONS.has(it.op))];
  const guesses = [...first, ...rest].map(eventFilter).filter((it) => it !== unknown);
  const isWhole = guesses.length === nodes.length;
  return (event) => {
    let isKnown = isWhole;
    for (let at = 0; at < guesses.length; at += 1) {
      const guessed = guesses[at]?.(event);
      if (guessed === decisive) return decisive;
      if (guessed === undefined) isKnown = false;
    }
    return isKnown ? !decisive : undefined;
  };
}

function not(guess: Guesser): Guesser {
  if (guess === unknown) return unknown;
  return (event) => {
    const guessed = guess(event);
    return guessed === undefined ? undefined : !guessed;
  };
}

function equals([left, right]: readonly [ASTNode, ASTNode]): Guesser {
  const read = readerOf(left);
  const literal = right.op === 'value' && right.args === null ? null : textOf(right);
  if (read === undefined || literal === undefined) return unknown;
  return (event) => {
    const value = read(event);
    return typeof value === 'string' || value === null ? value === literal : undefined;
  };
}

function isIn([left, right]: readonly [ASTNode, ASTNode]): Guesser {
  const read = readerOf(left);
  const items = right.op === 'list' ? right.args.map(textOf) : [undefined];
  const texts = new Set(items.filter((it) => it !== undefined));
  if (read === undefined || texts.size === 0 || items.includes(undefined)) return unknown;
  return (event) => {
    const value = read(event);
    return typeof value === 'string' ? texts.has(value) : undefined;
  };
}

/** Only of what stands in an object: of anything else CEL says whether it is an error. */
function has([node]: readonly ASTNode[]): Guesser {
  if (node?.op !== '.') return unknown;
  const [target, name] = node.args;
  const read = target.op === 'id' && target.args === 'event' ? (event: JsonObject) => event : readerOf(target);
  if (read === undefined || isInherited(name)) return unknown;
  return (event) => {
    const value = read(event);
    return isObject(value) ? value[name] !== undefined : undefined;
  };
}

const TEXT_TESTS: Readonly<Record<string, (value: string, literal: string) => boolean>> = {
  contains: (value, literal) => value.includes(literal),
  startsWith: (value, literal) => value.startsWith(literal),
  endsWith: (value, literal) => value.endsWith(literal),
};

function textTest([name, target, args]: readonly [string, ASTNode, readonly ASTNode[]]): Guesser {
  const test = Object.hasOwn(TEXT_TESTS, name) ? TEXT_TESTS[name] : undefined;
  const [read, literal] = [readerOf(target), textOf(args[0])];
  if (test === undefined || read === undefined || literal === undefined || args.length !== 1) return unknown;
  return (event) => {
    const value = read(event);
    return typeof value === 'string' ? test(value, literal) : undefined;
  };
}

const textOf = (node: ASTNode | undefined): string | undefined =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;

/** Reads `event.a.b`: undefined where there is no such thing. */
function readerOf(node: ASTNode): Reader | undefined {
  if (node.op !== '.') return undefined;
  const [target, name] = node.args;
  if (isInherited(name)) return undefined;
  if (target.op === 'id') return target.args === 'event' ? (event) => event[name] : undefined;
  const read = readerOf(target);
  if (read === undefined) return undefined;
  return (event) => {
    const value = read(event);
    return isObject(value) ? value[name] : undefined;
  };
}

/** Names such as `constructor`, which every object answers to: those are left to CEL. */
const isInherited = (name: string): boolean => name in Object.prototype;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The texts of a field for which an expression can give true: undefined where it can for any. For an event whose field is
 * another text, or is not there, it is certain to give no true. `path` leads to the field: `['userIdentity', 'type']`.
 */
export function fieldTexts(ast: ASTNode, path: readonly string[]): ReadonlySet<string> | undefined {
  switch (ast.op) {
    case '&&': {
      const [left, right] = [fieldTexts(ast.args[0], path), fieldTexts(ast.args[1], path)];
      return left === undefined || right === undefined
        ? (left ?? right)
        : new Set([...left].filter((it) => right.has(it)));
    }
    case '||': {
      const [left, right] = [fieldTexts(ast.args[0], path), fieldTexts(ast.args[1], path)];
      return left === undefined || right === undefined ? undefined : new Set([...left, ...right]);
    }
    case '==':
      return isField(ast.args[0], path) ? textsOf([ast.args[1]]) : undefined;
    case 'in':
      return isField(ast.args[0], path) && ast.args[1].op === 'list' ? textsOf(ast.args[1].args) : undefined;
    default:
      return undefined;
  }
}

function isField({ op, args }: ASTNode, path: readonly string[]): boolean {
  if (path.length === 0) return op === 'id' && args === 'event';
  return op === '.' && args[1] === path.at(-1) && isField(args[0], path.slice(0, -1));
}

function textsOf(nodes: readonly ASTNode[]): ReadonlySet<string> | undefined {
  const texts = nodes.map(textOf);
  return texts.includes(undefined) ? undefined : new Set(texts.filter((it) => it !== undefined));
}
