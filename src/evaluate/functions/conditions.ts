import { parseArn } from './arn.ts';
import { parseCidr, rangesContain } from './cidr.ts';
import type { Condition } from './policy-document.ts';
import { covers } from './wildcard.ts';

/** Undefined: it cannot be said. */
export type Truth = boolean | undefined;

/** What is known of a request: keys in lower case; an empty list is a key known to be absent. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

type Test = (actual: string, wanted: string) => Truth;

const POSITIVE: Readonly<Record<string, Test>> = {
  StringEquals: (actual, wanted) => actual === wanted,
  StringEqualsIgnoreCase: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  StringLike: (actual, wanted) => covers(wanted, actual),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: boolEquals,
  IpAddress: inRange,
  NumericEquals: numbers((a, b) => a === b),
  NumericLessThan: numbers((a, b) => a < b),
  NumericLessThanEquals: numbers((a, b) => a <= b),
  NumericGreaterThan: numbers((a, b) => a > b),
  NumericGreaterThanEquals: numbers((a, b) => a >= b),
  DateEquals: dates((a, b) => a === b),
  DateLessThan: dates((a, b) => a < b),
  DateLessThanEquals: dates((a, b) => a <= b),
  DateGreaterThan: dates((a, b) => a > b),
  DateGreaterThanEquals: dates((a, b) => a >= b),
  BinaryEquals: (actual, wanted) => actual === wanted,
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Whether every condition holds for the request; undefined as soon as one cannot be said and none is false. */
export function conditionsHold(conditions: readonly Condition[], context: RequestContext): Truth {
  return every(conditions.map((condition) => conditionHolds(condition, context)));
}

/**
 * IAM user guide, "IAM JSON policy elements: Condition operators" and "Creating a condition with
 * multiple keys or values". A key that the context says nothing of, an operator that is not known
 * and a policy variable give undefined.
 */
function conditionHolds(condition: Condition, context: RequestContext): Truth {
  const actual = context.get(condition.key);
  if (actual === undefined) return undefined;
  if (condition.operator === 'Null') return nullHolds(condition.values, actual.length === 0);
  const positive = NEGATED[condition.operator] ?? condition.operator;
  const negated = positive !== condition.operator;
  const test = Object.hasOwn(POSITIVE, positive) ? POSITIVE[positive] : undefined;
  if (test === undefined) return undefined;
  if (actual.length === 0) return absentHolds(condition, negated);
  const each = actual.map((value) => valueHolds(value, condition.values, test, negated));
  if (condition.quantifier === 'any') return some(each);
  if (condition.quantifier === 'all') return every(each);
  return each.length === 1 ? each[0] : undefined;
}

function valueHolds(actual: string, wanted: readonly string[], test: Test, negated: boolean): Truth {
  const found = some(wanted.map((value) => (hasVariable(value) ? undefined : test(actual, value))));
  return negated && found !== undefined ? !found : found;
}

function absentHolds(condition: Condition, negated: boolean): boolean {
  if (condition.ifExists || condition.quantifier === 'all') return true;
  return condition.quantifier === 'any' ? false : negated;
}

function nullHolds(values: readonly string[], absent: boolean): Truth {
  return some(values.map((value) => boolEquals(String(absent), value)));
}

/** `${aws:username}` and the like stand for something that only the request knows. */
export function hasVariable(text: string): boolean {
  return text.includes('${');
}

function boolEquals(actual: string, wanted: string): Truth {
  const [a, b] = [actual.toLowerCase(), wanted.toLowerCase()];
  const isBool = (it: string) => it === 'true' || it === 'false';
  return isBool(a) && isBool(b) ? a === b : undefined;
}

/** Each of the six parts is matched on its own: a `*` does not reach over a colon. */
function arnLike(actual: string, wanted: string): Truth {
  const [a, b] = [parseArn(actual), parseArn(wanted)];
  if (a === undefined || b === undefined) return undefined;
  return b.every((part, index) => covers(part, a[index] ?? ''));
}

function inRange(actual: string, wanted: string): Truth {
  try {
    return rangesContain([parseCidr(wanted)], parseCidr(actual));
  } catch {
    return undefined; // not a range: what AWS would make of it is not ours to guess
  }
}

function numbers(compare: (actual: number, wanted: number) => boolean): Test {
  return (actual, wanted) => compared(toNumber(actual), toNumber(wanted), compare);
}

function dates(compare: (actual: number, wanted: number) => boolean): Test {
  return (actual, wanted) => compared(toTime(actual), toTime(wanted), compare);
}

function compared(a: number, b: number, compare: (a: number, b: number) => boolean): Truth {
  return Number.isNaN(a) || Number.isNaN(b) ? undefined : compare(a, b);
}

function toNumber(text: string): number {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** Epoch seconds or ISO 8601, as the date operators take them. */
function toTime(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
}

function some(truths: readonly Truth[]): Truth {
  if (truths.includes(true)) return true;
  return truths.includes(undefined) ? undefined : false;
}

function every(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}
