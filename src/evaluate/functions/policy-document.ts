import { WitnessmarkError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';

/** Who a statement names. `everyone`: `"*"`, alone or as the value of any kind of principal. */
interface Principals {
  readonly everyone: boolean;
  /** Everyone for certain, also in a Deny: `"*"` or `{"AWS": "*"}`. */
  readonly certainlyEveryone: boolean;
  readonly aws: readonly string[];
}

/** One test of a `Condition` block: operator and key with its values. All tests of a statement must hold. */
export interface Condition {
  /** The operator without prefix and suffix, as written: `StringEquals`. */
  readonly operator: string;
  readonly quantifier: 'any' | 'all' | null;
  readonly ifExists: boolean;
  /** Lower case: condition keys are not case-sensitive. */
  readonly key: string;
  readonly values: readonly string[];
}

/** A list of patterns, or everything but a list of patterns (`NotAction`, `NotResource`). */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly string[];
}

export interface Statement {
  /** `Sid`, else the statement's index from 0. */
  readonly name: string;
  readonly effect: 'Allow' | 'Deny';
  readonly principals: Principals | null;
  readonly notPrincipals: Principals | null;
  readonly actions: Patterns;
  /** Null where the policy is of a kind that has none (role trust policies). */
  readonly resources: Patterns | null;
  readonly conditions: readonly Condition[];
}

const ELEMENTS = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
]);
const MAX_STATEMENTS = 1000;
const MAX_VALUES = 2000;
const MAX_LENGTH = 4096;

/**
 * Reads an IAM policy document (IAM user guide, "Grammar of the IAM JSON policy language"). Null (no
 * policy) has no statements. Anything that is not such a document throws `evaluate-policy-malformed`:
 * what cannot be understood must not look like a policy that allows or denies nothing.
 */
export function parsePolicy(document: Json): Statement[] {
  if (document === null) return [];
  const policy = asObject(document, 'the policy');
  if (policy.Statement === undefined) throw malformed('the policy has no Statement');
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (statements.length > MAX_STATEMENTS) throw malformed(`more than ${MAX_STATEMENTS} statements`);
  return statements.map(parseStatement);
}

function parseStatement(json: Json, index: number): Statement {
  const where = `statement ${index}`;
  const statement = asObject(json, where);
  for (const key of Object.keys(statement))
    if (!ELEMENTS.has(key)) throw malformed(`${where} has the unknown element ${JSON.stringify(key)}`);
  const { Effect, Sid } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw malformed(`${where}: expected Effect to be Allow or Deny`);
  const actions = parsePatterns(statement, 'Action', where);
  if (actions === null) throw malformed(`${where} has neither Action nor NotAction`);
  if (statement.Principal !== undefined && statement.NotPrincipal !== undefined)
    throw malformed(`${where} has both Principal and NotPrincipal`);
  return {
    name: typeof Sid === 'string' && Sid !== '' ? Sid : String(index),
    effect: Effect,
    principals: parsePrincipals(statement.Principal, where),
    notPrincipals: parsePrincipals(statement.NotPrincipal, where),
    actions: { ...actions, patterns: actions.patterns.map((it) => it.toLowerCase()) },
    resources: parsePatterns(statement, 'Resource', where),
    conditions: parseConditions(statement.Condition, where),
  };
}

function parsePatterns(statement: Record<string, Json>, element: string, where: string): Patterns | null {
  const plain = statement[element];
  const negated = statement[`Not${element}`];
  if (plain !== undefined && negated !== undefined) throw malformed(`${where} has both ${element} and Not${element}`);
  const value = plain ?? negated;
  if (value === undefined) return null;
  return { negated: negated !== undefined, patterns: texts(value, `${element} of ${where}`) };
}

function parsePrincipals(json: Json | undefined, where: string): Principals | null {
  if (json === undefined) return null;
  if (json === '*') return { everyone: true, certainlyEveryone: true, aws: ['*'] };
  const byKind = asObject(json, `Principal of ${where}`);
  const lists = Object.entries(byKind).map(([kind, value]) => [kind, texts(value, `Principal of ${where}`)] as const);
  const aws = lists.flatMap(([kind, values]) => (kind === 'AWS' ? values : []));
  const everyone = lists.some(([, values]) => values.includes('*'));
  return { everyone, certainlyEveryone: aws.includes('*'), aws };
}

function parseConditions(json: Json | undefined, where: string): Condition[] {
  if (json === undefined) return [];
  return Object.entries(asObject(json, `Condition of ${where}`)).flatMap(([operator, tests]) =>
    Object.entries(asObject(tests, `${operator} of ${where}`)).map(([key, values]) => ({
      ...parseOperator(operator),
      key: key.toLowerCase(),
      values: texts(values, `${operator} ${key} of ${where}`),
    })),
  );
}

function parseOperator(text: string): Pick<Condition, 'operator' | 'quantifier' | 'ifExists'> {
  const [, prefix, rest = ''] = /^(?:(ForAnyValue|ForAllValues):)?(.*)$/s.exec(text) ?? [];
  const ifExists = rest.endsWith('IfExists');
  const operator = ifExists ? rest.slice(0, -'IfExists'.length) : rest;
  if (prefix === undefined) return { operator, quantifier: null, ifExists };
  return { operator, quantifier: prefix === 'ForAnyValue' ? 'any' : 'all', ifExists };
}

/** A value or a list of values, as text: condition values may be written as booleans and numbers. */
function texts(value: Json, where: string): string[] {
  const values = Array.isArray(value) ? value : [value];
  if (values.length > MAX_VALUES) throw malformed(`${where} has more than ${MAX_VALUES} values`);
  return values.map((item) => {
    if (typeof item !== 'string' && typeof item !== 'boolean' && typeof item !== 'number')
      throw malformed(`${where}: expected text, found ${JSON.stringify(item)?.slice(0, 60)}`);
    if (String(item).length > MAX_LENGTH) throw malformed(`${where} has a value over ${MAX_LENGTH} characters`);
    return String(item);
  });
}

function asObject(json: Json | undefined, where: string): Record<string, Json> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, Json>;
  throw malformed(`expected ${where} to be an object, found ${JSON.stringify(json)?.slice(0, 60)}`);
}

function malformed(message: string): WitnessmarkError {
  return new WitnessmarkError('evaluate-policy-malformed', `malformed policy: ${message}`);
}
