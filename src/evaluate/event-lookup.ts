import type { ASTNode } from '@marcbachmann/cel-js';

/** One attribute that CloudTrail's LookupEvents can be asked for; it takes one at a time. */
export interface LookupAttribute {
  readonly AttributeKey: 'EventName' | 'EventSource' | 'Username';
  readonly AttributeValue: string;
}

/**
 * The lookups that together find every event for which an expression can give true, or undefined where
 * LookupEvents has no attribute for that (an error code, say). Of an `&&` the operand that needs the fewest
 * decides, event names before anything else.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html
 */
export function lookupsOf(ast: ASTNode): readonly LookupAttribute[] | undefined {
  if (ast.op === '&&') return narrower(lookupsOf(ast.args[0]), lookupsOf(ast.args[1]));
  if (ast.op === '||') {
    const [left, right] = [lookupsOf(ast.args[0]), lookupsOf(ast.args[1])];
    return left === undefined || right === undefined ? undefined : [...left, ...right];
  }
  if (ast.op === '==') return lookupsFor(pathOf(ast.args[0]), [ast.args[1]]);
  if (ast.op === 'in' && ast.args[1].op === 'list') return lookupsFor(pathOf(ast.args[0]), ast.args[1].args);
  return undefined;
}

type Lookups = readonly LookupAttribute[] | undefined;

function narrower(left: Lookups, right: Lookups): Lookups {
  if (left === undefined || right === undefined) return left ?? right;
  return rank(left) <= rank(right) ? left : right;
}

/** A source or a user may have had any number of events; a name has few of those. */
const RANKS = { EventName: 1, Username: 1_000, EventSource: 1_000_000 } as const;
const rank = (lookups: readonly LookupAttribute[]): number =>
  lookups.reduce((sum, it) => sum + RANKS[it.AttributeKey], 0);

function lookupsFor(path: string | undefined, literals: readonly ASTNode[]): Lookups {
  const texts = literals.map((it) => (it.op === 'value' && typeof it.args === 'string' ? it.args : undefined));
  const lookups = texts.map((text) => (text === undefined ? undefined : lookupFor(path, text)));
  return lookups.includes(undefined) ? undefined : lookups.filter((it) => it !== undefined);
}

function lookupFor(path: string | undefined, text: string): LookupAttribute | undefined {
  if (path === 'event.eventName') return { AttributeKey: 'EventName', AttributeValue: text };
  if (path === 'event.eventSource') return { AttributeKey: 'EventSource', AttributeValue: text };
  // The event history names the root user `root`; an IAM user of that name is found too, and left out by the selector.
  if (path === 'event.userIdentity.type' && text === 'Root')
    return { AttributeKey: 'Username', AttributeValue: 'root' };
  return undefined;
}

/** `event.a.b` as text. */
function pathOf(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return undefined;
  const target = pathOf(node.args[0]);
  return target === undefined ? undefined : `${target}.${node.args[1]}`;
}
