import type { ASTNode } from '@marcbachmann/cel-js';

/** `resource.policy` at a place (characters from 0) in an expression. */
export interface Mention {
  readonly variable: string;
  readonly field: string;
  readonly offset: number;
}

/** Something wrong with an expression; `offset` in characters from 0. */
export interface ExpressionProblem {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** What an expression asks for, known without running it. */
export interface Mentions {
  readonly mentions: readonly Mention[];
  readonly problems: readonly ExpressionProblem[];
}

const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** Loops within loops: the cost of an expression grows with the list's length to this power. */
const MAX_LOOPS = 3;
/** A repeated group that repeats or has a choice inside can take exponential time in a backtracking matcher. */
const NESTED_REPEAT = /[*+}|][^()]*\)\s*[*+{]/;

/**
 * Finds every use of the given variables. They may be used as `name.field` or `name["field"]` only,
 * so that what an expression depends on is known before it runs, and stands in the evidence.
 */
export function findMentions(ast: ASTNode, variables: ReadonlySet<string>): Mentions {
  const mentions: Mention[] = [];
  const problems: ExpressionProblem[] = [];
  const visit = (node: ASTNode, loops: number): void => {
    const mention = asMention(node, variables);
    if (mention !== undefined) {
      mentions.push(mention);
      return;
    }
    const inner = isLoop(node) ? loops + 1 : loops;
    problems.push(...problemsOf(node, variables, inner));
    for (const child of childrenOf(node.args)) visit(child, inner);
  };
  visit(ast, 0);
  return { mentions, problems };
}

function asMention(node: ASTNode, variables: ReadonlySet<string>): Mention | undefined {
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [target, key] = node.args;
  if (target.op !== 'id' || !variables.has(target.args)) return undefined;
  const field = typeof key === 'string' ? key : key.op === 'value' ? key.args : undefined;
  return typeof field === 'string' ? { variable: target.args, field, offset: node.start } : undefined;
}

function problemsOf(node: ASTNode, variables: ReadonlySet<string>, loops: number): ExpressionProblem[] {
  if (node.op === 'id' && variables.has(node.args)) return [bareUse(node.args, node.start)];
  if (isLoop(node) && loops > MAX_LOOPS) {
    const message = `expected at most ${MAX_LOOPS} loops within one another`;
    return [{ code: 'evaluate-too-many-loops', message, offset: node.start }];
  }
  return node.op === 'rcall' && node.args[0] === 'matches' ? patternProblems(node.args[2][0], node.start) : [];
}

function bareUse(variable: string, offset: number): ExpressionProblem {
  const message = `"${variable}" may be used as ${variable}.<name> or ${variable}["<name>"] only`;
  return { code: 'evaluate-whole-variable', message, offset };
}

function patternProblems(pattern: ASTNode | undefined, offset: number): ExpressionProblem[] {
  const literal = pattern?.op === 'value' && typeof pattern.args === 'string' ? pattern.args : undefined;
  if (literal !== undefined && !NESTED_REPEAT.test(literal)) return [];
  const message =
    'expected the pattern of matches() to be a literal text without a repetition or a choice inside a repetition';
  return [{ code: 'evaluate-pattern', message, offset }];
}

function isLoop(node: ASTNode): boolean {
  return node.op === 'rcall' && COMPREHENSIONS.has(node.args[0]);
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
}
