import type { FindingsRead, TaskReading } from '../collect/reading.ts';
import type { Judgement, Outcome } from '../model/evidence.ts';
import { populationSubject } from '../model/evidence.ts';
import type { JsonObject } from '../model/json.ts';
import type { Population, Resource } from '../model/resource.ts';
import type { Failure } from '../model/retrieval.ts';
import type { CheckSource } from './catalogue.ts';

/** One subject under one source, judged from the facts of one task. */
export interface JudgedSubject {
  readonly subject: string;
  readonly resourceType: string;
  readonly name: string;
  readonly location: string | undefined;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly facts: JsonObject;
  readonly failures: Readonly<Record<string, Failure>>;
  readonly judgement: Judgement | undefined;
  /** Lines of the task's retrievals that it rests on. */
  readonly lines: readonly number[];
}

/** Everything one source says about one account and region in one run. */
export interface JudgedSource {
  readonly source: string;
  readonly resourceType: string;
  readonly subjects: readonly JudgedSubject[];
  /** Set when the population could not be listed; `subjects` then holds the one subject that says so. */
  readonly failure: Failure | undefined;
  /** Lines of the listing itself: what proves that a subject is gone. */
  readonly lines: readonly number[];
  /** Why subjects that are not among these are gone, where it is not that they were not listed any more. */
  readonly gone?: string;
}

/** Applies every check of the task's resource types, and takes over the findings of AWS. Pure. */
export function judgeTask(reading: TaskReading, checks: readonly CheckSource[]): JudgedSource[] {
  const byCheck = reading.populations.flatMap((population) =>
    checks
      .filter(({ check }) => check.resource === population.type)
      .map((entry) => judgePopulation(reading, population, entry)),
  );
  return [...byCheck, ...reading.findings.map(takeOver)];
}

function judgePopulation(
  reading: TaskReading,
  population: Population,
  { source, compiled, params }: CheckSource,
): JudgedSource {
  if (population.failure) return unknownPopulation(source, population.type, population.failure, population.lines);
  const context = { account: reading.task.account, region: reading.task.region, now: reading.at, params };
  const subjects = population.resources.map((resource): JudgedSubject => {
    const judged = compiled.judge(resource, { ...context, region: resource.region });
    return {
      subject: resource.id,
      resourceType: resource.type,
      name: resource.name,
      location: resource.region === reading.task.region ? undefined : resource.region,
      ...judged,
      lines: linesOf(resource, [...Object.keys(judged.facts), ...Object.keys(judged.failures)]),
    };
  });
  return { source, resourceType: population.type, subjects, failure: undefined, lines: population.lines };
}

function linesOf(resource: Resource, facts: readonly string[]): number[] {
  return [...new Set(['', ...facts].flatMap((fact) => resource.lines[fact] ?? []))].sort((a, b) => a - b);
}

function takeOver(read: FindingsRead): JudgedSource {
  if (read.failure) return unknownPopulation(read.source, read.resourceType, read.failure, read.lines);
  const subjects = read.findings.map(
    (finding): JudgedSubject => ({
      subject: finding.subject,
      resourceType: finding.resourceType,
      name: finding.name,
      location: finding.region,
      outcome: finding.outcome,
      reason: finding.reason,
      facts: finding.facts,
      failures: {},
      judgement: undefined,
      lines: read.lines,
    }),
  );
  return { source: read.source, resourceType: read.resourceType, subjects, failure: undefined, lines: read.lines };
}

function unknownPopulation(source: string, type: string, failure: Failure, lines: readonly number[]): JudgedSource {
  const subject: JudgedSubject = {
    subject: populationSubject(type),
    resourceType: type,
    name: type,
    location: undefined,
    outcome: 'inconclusive',
    reason: `could not list ${type}: ${failure.kind}, ${failure.operation} answered ${failure.name}: ${failure.message}`,
    facts: {},
    failures: { population: failure },
    judgement: undefined,
    lines,
  };
  return { source, resourceType: type, subjects: [subject], failure, lines };
}
