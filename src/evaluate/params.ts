import type { Check, Param } from '../model/check.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { didYouMean } from './nearest.ts';
import { describe } from './value.ts';

export interface ParamProblem {
  readonly code: string;
  readonly message: string;
  readonly name: string;
}

export interface MergedParams {
  readonly params: JsonObject;
  readonly problems: readonly ParamProblem[];
}

/** The value of every parameter when no control sets it. */
export function defaultParams(check: Pick<Check, 'params'>): JsonObject {
  return Object.fromEntries(Object.entries(check.params).map(([name, param]) => [name, param.default]));
}

/**
 * Defaults with the values of a control's `with:` over them. A value may only tighten what the check
 * demands, in the direction that the parameter declares; a list tightens by holding all default items
 * (`higher`) or none but default items (`lower`). A value with a problem is left at its default.
 */
export function mergeParams(check: Pick<Check, 'id' | 'params'>, given: JsonObject): MergedParams {
  const params: Record<string, Json> = { ...defaultParams(check) };
  const problems: ParamProblem[] = [];
  for (const [name, value] of Object.entries(given)) {
    const param = Object.hasOwn(check.params, name) ? check.params[name] : undefined;
    const problem = param === undefined ? unknownParam(check, name) : valueProblem(name, param, value);
    if (problem === undefined) params[name] = value;
    else problems.push(problem);
  }
  return { params, problems };
}

/** What is wrong with the declarations themselves: a default of another type, a text that cannot tighten. */
export function declarationProblems(check: Pick<Check, 'params'>): ParamProblem[] {
  return Object.entries(check.params).flatMap(([name, param]) => {
    if (!hasType(param, param.default)) return [typeProblem(name, param, param.default)];
    if (param.type !== 'string' || param.tighten === 'fixed') return [];
    return [problem('evaluate-param-type', name, `a text has no order: expected tighten: fixed for "${name}"`)];
  });
}

function valueProblem(name: string, param: Param, value: Json): ParamProblem | undefined {
  if (!hasType(param, value)) return typeProblem(name, param, value);
  if (isTighter(param, value)) return undefined;
  const limit = JSON.stringify(param.default);
  const allowed = { lower: `${limit} or lower`, higher: `${limit} or higher`, fixed: limit }[param.tighten];
  const message = `"${name}" may only be tightened: expected ${allowed}, found ${JSON.stringify(value)}`;
  return problem('evaluate-param-looser', name, message);
}

function isTighter(param: Param, value: Json): boolean {
  const [from, to] = [param.default, value];
  if (param.tighten === 'fixed') return JSON.stringify(from) === JSON.stringify(to);
  const [less, more] = param.tighten === 'lower' ? [to, from] : [from, to];
  if (Array.isArray(less) && Array.isArray(more)) return holdsAll(more, less);
  return typeof less === typeof more && Number(less) <= Number(more);
}

function holdsAll(list: readonly Json[], items: readonly Json[]): boolean {
  const held = new Set(list.map((it) => JSON.stringify(it)));
  return items.every((it) => held.has(JSON.stringify(it)));
}

function hasType(param: Param, value: Json): boolean {
  if (param.type === 'int') return Number.isSafeInteger(value);
  if (param.type === 'list') return Array.isArray(value);
  return param.type === 'bool' ? typeof value === 'boolean' : typeof value === 'string';
}

function typeProblem(name: string, param: Param, value: Json): ParamProblem {
  const found = describe(typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value);
  return problem('evaluate-param-type', name, `"${name}": expected ${param.type}, found ${found}`);
}

function unknownParam(check: Pick<Check, 'id' | 'params'>, name: string): ParamProblem {
  const names = Object.keys(check.params);
  const message = `check ${check.id} has no parameter "${name}"${didYouMean(name, names)}`;
  return problem('evaluate-param-unknown', name, message);
}

function problem(code: string, name: string, message: string): ParamProblem {
  return { code, name, message };
}
