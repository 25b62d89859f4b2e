import type { z } from 'zod';
import { nearest } from '../evaluate/nearest.ts';
import { describe } from '../evaluate/value.ts';
import { allowedKeys } from './schema-keys.ts';

/** A misfit between a file and its schema. `key`: the place is the key at the end of the path, not its value. */
export interface SchemaProblem {
  readonly path: readonly PropertyKey[];
  readonly key: boolean;
  readonly code: string;
  readonly message: string;
  /** For an unknown key: the key that was meant. For a missing key: its name. */
  readonly about?: string;
}

type Issue = z.core.$ZodIssue;

const MAX_PROBLEMS = 50;

/** Says in plain words what a schema found, with the nearest right key for each unknown one. */
export function schemaProblems(issues: readonly Issue[], schema: z.ZodType): SchemaProblem[] {
  const problems = issues.flatMap((issue) => explainIssue(issue, [], schema));
  return withoutEchoes(problems).slice(0, MAX_PROBLEMS);
}

function explainIssue(issue: Issue, prefix: readonly PropertyKey[], schema: z.ZodType): SchemaProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return nearestBranch(issue.errors.map((errors) => errors.flatMap((it) => explainIssue(it, path, schema))));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey(name, path, schema));
  if (isMissing(issue) && path.length > 0) return [missingKey(path)];
  return [{ path, key: false, code: 'catalog-schema', message: sentence(issue, path) }];
}

/** YAML has no undefined: a value that is, is not there. */
function isMissing(issue: Issue): boolean {
  return (issue.code === 'invalid_type' || issue.code === 'invalid_value') && issue.input === undefined;
}

/** Of several shapes that a value may have, the one it comes nearest to says what is wrong. */
function nearestBranch(branches: readonly SchemaProblem[][]): SchemaProblem[] {
  const cost = (branch: readonly SchemaProblem[]) => {
    const left = withoutEchoes(branch);
    return left.length * 10 - Math.max(0, ...left.map((it) => it.path.length));
  };
  return branches.toSorted((a, b) => cost(a) - cost(b))[0] ?? [];
}

function unknownKey(name: string, path: readonly PropertyKey[], schema: z.ZodType): SchemaProblem {
  const allowed = allowedKeys(schema, path);
  const meant = nearest(name, allowed);
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  const message = `unknown key "${name}"${hint}`;
  const problem = { path: [...path, name], key: true, code: 'catalog-unknown-key', message };
  return meant === undefined ? problem : { ...problem, about: meant };
}

function missingKey(path: readonly PropertyKey[]): SchemaProblem {
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  return { path: parent, key: false, code: 'catalog-missing-key', message: `missing key "${name}"`, about: name };
}

/** A mistyped key is one mistake, not two: the right key is then not missed as well. */
function withoutEchoes(problems: readonly SchemaProblem[]): SchemaProblem[] {
  const meant = new Set(
    problems
      .filter((it) => it.code === 'catalog-unknown-key')
      .map((it) => JSON.stringify([...it.path.slice(0, -1), it.about])),
  );
  return problems.filter(
    (it) => it.code !== 'catalog-missing-key' || !meant.has(JSON.stringify([...it.path, it.about])),
  );
}

function sentence(issue: Issue, path: readonly PropertyKey[]): string {
  const name = path.findLast((it) => typeof it === 'string');
  const subject = name === undefined ? '' : `"${String(name)}": `;
  if (issue.code === 'invalid_type') return subject + wrongType(issue.expected, issue.input);
  if (issue.code === 'invalid_value')
    return `${subject}expected ${orList(issue.values.map((it) => JSON.stringify(it)))}, found ${found(issue.input)}${valueHint(issue)}`;
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  const value =
    typeof issue.input === 'string' && issue.code === 'invalid_format' ? `, found ${found(issue.input)}` : '';
  return subject + message + value;
}

function valueHint(issue: z.core.$ZodIssueInvalidValue): string {
  const meant = typeof issue.input === 'string' ? nearest(issue.input, issue.values.map(String)) : undefined;
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`;
}

const WORDS: Readonly<Record<string, string>> = { string: 'a text', object: 'a map', record: 'a map', array: 'a list' };

function wrongType(expected: string, input: unknown): string {
  const quotes = expected === 'string' && typeof input === 'number' ? ': put it in quotes' : '';
  return `expected ${WORDS[expected] ?? expected}, found ${found(input)}${quotes}`;
}

function found(input: unknown): string {
  return typeof input === 'number' && Number.isSafeInteger(input) ? describe(BigInt(input)) : describe(input);
}

function orList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}
