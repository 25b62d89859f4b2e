import type { JudgedSource, JudgedSubject } from '../../src/app/judged.ts';
import { failedTask } from '../../src/app/task-end.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import type { Resource } from '../../src/model/resource.ts';
import type { CallError, Failure } from '../../src/model/retrieval.ts';
import type { Told } from './world.ts';

/**
 * What must never come of a fault: a verdict that turned into another one (`flip`), a subject that is
 * gone without a failed task that names the call (`vanished`), a fact with another value (`altered`),
 * an inconclusive outcome without the real error (`unexplained`), an end of the run (`thrown`).
 */
export type Rule = 'flip' | 'vanished' | 'altered' | 'unexplained' | 'thrown';

export interface Violation {
  readonly rule: Rule;
  readonly source: string;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
}

export interface Comparison {
  /** Outcomes that were a verdict, or a subject, and are inconclusive now. */
  readonly inconclusive: number;
  readonly violations: readonly Violation[];
}

/** The call that went wrong, and its error where it has one by itself. */
export interface WrongCall {
  readonly operation: string;
  readonly error?: CallError;
}

/** Holds what a task came to with these wrong calls against what it came to without. */
export function compare(before: Told, after: Told, wrong: readonly WrongCall[]): Comparison {
  const known = failuresOf(before);
  const fresh = [...failuresOf(after)].filter(([key]) => !known.has(key)).map(([, failure]) => failure);
  const named = fresh.some((it) => isOfAny(it, wrong));
  const context = { wrong, named, findingsLost: after.reading.findingsFailure !== undefined };
  const sources = new Map(after.judged.map((it) => [it.source, it]));
  const each = before.judged.map((it) => compareSource(it, sources.get(it.source), context));
  return {
    inconclusive: each.reduce((sum, it) => sum + it.inconclusive, 0),
    violations: [...each.flatMap((it) => it.violations), ...alteredFacts(before, after), ...appeared(before, after)],
  };
}

interface Context {
  readonly wrong: readonly WrongCall[];
  /** The run's record says that the task failed, by such a call. */
  readonly named: boolean;
  readonly findingsLost: boolean;
}

function failuresOf({ reading }: Told): Map<string, Failure> {
  return new Map((failedTask(reading)?.failures ?? []).map((it) => [canonicalize({ ...it }), it]));
}

/** The failure is of that call; where the call had an error of its own, of exactly that one. */
function isOf(failure: Failure, { operation, error }: WrongCall): boolean {
  if (failure.operation !== operation) return false;
  return error === undefined || (failure.kind === error.kind && failure.name === error.name);
}

const isOfAny = (failure: Failure, wrong: readonly WrongCall[]): boolean => wrong.some((it) => isOf(failure, it));

function compareSource(before: JudgedSource, after: JudgedSource | undefined, context: Context): Comparison {
  const subjects = new Map(after?.subjects.map((it) => [it.subject, it]));
  const isKnownLoss = context.named && (after === undefined ? context.findingsLost : after.failure !== undefined);
  const changed = before.subjects
    .map((was) => ({ was, is: subjects.get(was.subject) }))
    .filter(({ was, is }) => is?.outcome !== was.outcome)
    .map((it) => ({ ...it, rule: ruleOf(it.is, context.wrong, isKnownLoss) }));
  return {
    inconclusive: changed.filter(({ rule }) => rule === undefined).length,
    violations: changed.flatMap(({ rule, was, is }) =>
      rule === undefined ? [] : [violationOf(rule, before.source, was, is)],
    ),
  };
}

function ruleOf(is: JudgedSubject | undefined, wrong: readonly WrongCall[], isKnownLoss: boolean): Rule | undefined {
  if (is === undefined) return isKnownLoss ? undefined : 'vanished';
  if (is.outcome !== 'inconclusive') return 'flip';
  const real = Object.values(is.failures).find((it) => isOfAny(it, wrong));
  const isTold = real !== undefined && is.reason.includes(real.kind) && is.reason.includes(real.name);
  return isTold ? undefined : 'unexplained';
}

function violationOf(rule: Rule, source: string, was: JudgedSubject, is: JudgedSubject | undefined): Violation {
  const after = is === undefined ? 'gone' : `${is.outcome}: ${is.reason}`;
  return { rule, source, subject: was.subject, before: `${was.outcome}: ${was.reason}`, after };
}

/** A subject that only a fault brings up, and that has a verdict. */
function appeared(before: Told, after: Told): Violation[] {
  const known = new Set(before.judged.flatMap((it) => it.subjects.map(({ subject }) => `${it.source} ${subject}`)));
  return after.judged.flatMap(({ source, subjects }) =>
    subjects
      .filter((it) => it.outcome !== 'inconclusive' && !known.has(`${source} ${it.subject}`))
      .map((it) => ({ rule: 'flip', source, subject: it.subject, before: 'unknown', after: it.outcome }) as const),
  );
}

/** Facts without a check count too: somebody's own check may stand on them. */
function alteredFacts(before: Told, after: Told): Violation[] {
  const populations = new Map(after.reading.populations.map((it) => [it.type, it]));
  return before.reading.populations.flatMap(({ type, resources }) => {
    const now = new Map(populations.get(type)?.resources.map((it) => [it.id, it]));
    return resources.flatMap((was) => alteredIn(was, now.get(was.id)));
  });
}

function alteredIn(was: Resource, is: Resource | undefined): Violation[] {
  if (is === undefined) return [];
  const place = was.region === is.region ? [] : [['region', was.region, is.region] as const];
  const facts = Object.entries(was.facts).map(([name, value]) => [name, value, is.facts[name]] as const);
  const wrong = facts.filter(([name, value, now]) => {
    return now === undefined ? is.failures[name] === undefined : canonicalize(now) !== canonicalize(value);
  });
  return [...place, ...wrong].map(([name, value, now]) => ({
    rule: 'altered',
    source: `${was.type} ${name}`,
    subject: was.id,
    before: JSON.stringify(value),
    after: JSON.stringify(now) ?? 'neither known nor failed',
  }));
}
