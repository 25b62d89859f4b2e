import type { Check } from '../model/check.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Judgement, Outcome } from '../model/evidence.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Resource } from '../model/resource.ts';
import type { Failure } from '../model/retrieval.ts';
import { examineCheck } from './examine.ts';
import { type Expression, explain } from './expression.ts';
import type { Mention } from './mentions.ts';
import { defaultParams } from './params.ts';
import { type CelValue, describe, toCel, view } from './value.ts';

/** What else a judgement depends on. `now` is RFC 3339 in UTC; `params` go over the defaults. */
export interface JudgeContext {
  readonly account: string;
  readonly region: string;
  readonly now: string;
  readonly params?: JsonObject;
}

/** The outcome of one check for one resource, with what it rests on. */
export interface Judged {
  readonly outcome: Outcome;
  readonly reason: string;
  /** The facts that the expressions mention, as they were. */
  readonly facts: JsonObject;
  /** Mentioned facts that could not be read. */
  readonly failures: Readonly<Record<string, Failure>>;
  readonly judgement: Judgement;
}

export interface CompiledCheck {
  readonly check: Check;
  /** SHA-256 over the canonical {resource, applies, expect, reason, params} of the check. */
  readonly sha256: string;
  /** Names of the facts that the expressions mention, sorted. */
  readonly facts: readonly string[];
  /** Names of the parameters that the expressions mention, sorted. */
  readonly params: readonly string[];
  /** Judges one resource. Pure, and never throws: what goes wrong is `inconclusive` with the error's text. */
  readonly judge: (resource: Resource, context: JudgeContext) => Judged;
}

interface Program {
  readonly check: Check;
  readonly applies: Expression | undefined;
  readonly expect: Expression;
  readonly reason: Expression;
}

const MAX_REASON = 1000;

/**
 * Compiles a check for a resource type with these facts. `digest` is SHA-256 (lower-case hex) over
 * canonical JSON. Throws `evaluate-check-invalid` with everything that is wrong with the expressions.
 */
export function compileCheck(check: Check, facts: readonly string[], digest: (value: Json) => string): CompiledCheck {
  const { applies, expect, reason, mentions, problems } = examineCheck(check, facts);
  if (problems.length > 0 || expect === undefined || reason === undefined)
    throw new WitnessmarkError(
      'evaluate-check-invalid',
      `check ${check.id}: ${problems.map((it) => `${it.field}, character ${it.offset + 1}: ${it.message}`).join('; ')}`,
    );
  const program = { check, applies, expect, reason };
  const names = fieldsOf(mentions, 'resource');
  const sha256 = digest(definitionOf(check));
  return {
    check,
    sha256,
    facts: names,
    params: fieldsOf(mentions, 'params'),
    judge: (resource, context) => judge({ program, sha256, names, resource, context }),
  };
}

function fieldsOf(mentions: readonly Mention[], variable: string): string[] {
  return [...new Set(mentions.filter((it) => it.variable === variable).map((it) => it.field))].sort();
}

function definitionOf({ resource, applies, expect, reason, params }: Check): Json {
  const definition = { resource, expect, reason, params: params as JsonObject };
  return applies === undefined ? definition : { ...definition, applies };
}

interface Judging {
  readonly program: Program;
  readonly sha256: string;
  readonly names: readonly string[];
  readonly resource: Resource;
  readonly context: JudgeContext;
}

function judge({ program, sha256, names, resource, context }: Judging): Judged {
  const rest = restsOn({ check: program.check, sha256, facts: names }, resource, context);
  return { ...decide(program, variables(resource, context, rest.judgement.params)), ...rest };
}

/** What a judgement rests on, whatever it comes to. Runs nothing. */
export function restsOn(
  { check, sha256, facts: names }: Pick<CompiledCheck, 'check' | 'sha256' | 'facts'>,
  resource: Resource,
  context: JudgeContext,
): Omit<Judged, 'outcome' | 'reason'> {
  const params = { ...defaultParams(check), ...context.params };
  const { applies, expect } = check;
  const judgement: Judgement = { sha256, ...(applies === undefined ? {} : { applies }), expect, params };
  return { facts: pick(resource.facts, names), failures: pick(resource.failures, names), judgement };
}

function decide(program: Program, context: Readonly<Record<string, unknown>>): Pick<Judged, 'outcome' | 'reason'> {
  try {
    if (program.applies !== undefined && !boolOf(program.applies, context))
      return { outcome: 'not_applicable', reason: `The check does not apply: ${program.applies.text} is false.` };
    const holds = boolOf(program.expect, context);
    return { outcome: holds ? 'compliant' : 'non_compliant', reason: reasonOf(program, context, holds) };
  } catch (thrown) {
    return { outcome: 'inconclusive', reason: limited(explain(thrown)) };
  }
}

function boolOf(expression: Expression, context: Readonly<Record<string, unknown>>): boolean {
  const value = expression.run(context);
  if (typeof value === 'boolean') return value;
  throw new WitnessmarkError(
    'evaluate-type',
    `expected true or false from ${expression.text}, found ${describe(value)}`,
  );
}

/** The sentence is for people: that it cannot be formed must not change what was decided. */
function reasonOf({ check, reason }: Program, context: Readonly<Record<string, unknown>>, holds: boolean): string {
  const fallback = holds ? `As stated: ${check.title}.` : `Not as stated: ${check.title}.`;
  try {
    const text = reason.run(context);
    return typeof text === 'string' && text !== '' ? limited(text) : fallback;
  } catch (thrown) {
    return limited(`${fallback} (No closer reason: ${explain(thrown)}.)`);
  }
}

function variables(resource: Resource, context: JudgeContext, params: JsonObject): Readonly<Record<string, unknown>> {
  const facts = view((name) => readFact(resource, name));
  const { account, region, now } = context;
  return { resource: facts, params: view((name) => own(params, name)), account, region, now };
}

function readFact(resource: Resource, name: string): CelValue {
  const failure = Object.hasOwn(resource.failures, name) ? resource.failures[name] : undefined;
  if (failure !== undefined) throw new WitnessmarkError('evaluate-fact-unread', unread(name, failure));
  const value = own(resource.facts, name);
  if (value !== undefined) return value;
  throw new WitnessmarkError('evaluate-fact-missing', `${name} was not collected for this resource`);
}

function own(object: JsonObject, name: string): CelValue | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return value === undefined ? undefined : toCel(value);
}

/** `could not read policy: denied s3:GetBucketPolicy AccessDenied (403): …`: the real error, in full. */
function unread(name: string, { kind, operation, name: error, status, message }: Failure): string {
  const code = status === null ? error : `${error} (${status})`;
  return `could not read ${name}: ${kind} ${operation} ${code}: ${message}`;
}

function pick<T>(record: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.includes(name)));
}

function limited(text: string): string {
  return text.length <= MAX_REASON ? text : `${text.slice(0, MAX_REASON - 1)}…`;
}
