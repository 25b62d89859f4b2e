import { compileCheck } from '../evaluate/check.ts';
import { type CheckProblem, examineCheck } from '../evaluate/examine.ts';
import { didYouMean } from '../evaluate/nearest.ts';
import { type Check, CheckFile } from '../model/check.ts';
import { type CatalogueCheck, type LoadOptions, type Place, placeIn, problemAt, type TextFile } from './catalogue.ts';
import type { Own } from './own.ts';
import type { Problem } from './problem.ts';
import { readYaml, type YamlFile } from './yaml.ts';

export interface LoadedChecks {
  readonly checks: ReadonlyMap<string, CatalogueCheck>;
  readonly declared: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

type Options = Pick<LoadOptions, 'facts' | 'digest'> & {
  /** What goes for checks of a user's own. */
  readonly own?: Own;
};

/** Reads and compiles the checks of all files; each id may be used once in all of them. */
export function checksFrom(files: readonly TextFile[], options: Options): LoadedChecks {
  const checks = new Map<string, CatalogueCheck>();
  const declared = new Set<string>();
  const problems: Problem[] = [];
  for (const { path, text } of files) {
    const yaml = readYaml(text, path, CheckFile);
    problems.push(...yaml.problems, ...nameProblems(yaml, options.own));
    for (const id of idsIn(yaml.raw, 'checks', 'id')) if (yaml.value === undefined) declared.add(id);
    for (const [index, check] of (yaml.value?.checks ?? []).entries()) {
      const place = placeIn(yaml, ['checks', index]);
      if (declared.has(check.id)) problems.push(duplicate(place, check.id, checks.get(check.id)?.file));
      else problems.push(...add({ yaml, index, check, place, options, checks }));
      declared.add(check.id);
    }
  }
  return { checks, declared, problems };
}

/** Ids as they stand in a file that is wrong elsewhere, so that references to them are not wrong as well. */
export function idsIn(raw: unknown, list: string, key: string): string[] {
  const items = (raw as Record<string, unknown> | null | undefined)?.[list];
  if (!Array.isArray(items)) return [];
  return items.map((it) => (it as Record<string, unknown> | null)?.[key]).filter((it) => typeof it === 'string');
}

interface Adding {
  readonly yaml: YamlFile<CheckFile>;
  readonly index: number;
  readonly check: Check;
  readonly place: Place;
  readonly options: Options;
  readonly checks: Map<string, CatalogueCheck>;
}

function add({ yaml, index, check, place, options, checks }: Adding): Problem[] {
  const { facts, digest } = options;
  const known = Object.hasOwn(facts, check.resource) ? facts[check.resource] : undefined;
  if (known === undefined) {
    const message = `no facts are collected for ${check.resource}${didYouMean(check.resource, Object.keys(facts))}`;
    return [problemAt(place, ['resource'], { code: 'catalog-resource-unknown', message })];
  }
  const service = yaml.value?.service ?? '';
  const elsewhere = options.own?.elsewhere(check.resource, service);
  if (elsewhere !== undefined)
    return [problemAt(place, ['resource'], { code: 'catalog-resource-service', message: elsewhere })];
  const { problems } = examineCheck(check, known);
  if (problems.length > 0) return problems.map((it) => expressionProblem(yaml, ['checks', index], it));
  const compiled = compileCheck(check, known, digest);
  checks.set(check.id, { check, compiled, service, file: yaml.file, place });
  return [];
}

/** Points into the expression where its text stands in the file as it is, else at its beginning. */
export function expressionProblem(
  yaml: YamlFile<unknown>,
  prefix: readonly PropertyKey[],
  problem: Pick<CheckProblem, 'code' | 'message' | 'offset' | 'param'> & { readonly field: string },
): Problem {
  const { code, message, offset, field, param } = problem;
  if (param !== undefined)
    return { file: yaml.file, ...yaml.keyAt([...prefix, field, param]), severity: 'error', code, message };
  const path = [...prefix, field];
  const exact = yaml.within(path, offset);
  const place = exact === undefined ? ` (character ${offset + 1} of the expression)` : '';
  const position = exact ?? yaml.at(path);
  return { file: yaml.file, ...position, severity: 'error', code, message: `${field}: ${message}${place}` };
}

function nameProblems(yaml: YamlFile<CheckFile>, own: Own | undefined): Problem[] {
  if (yaml.value === undefined) return [];
  const { service, checks } = yaml.value;
  const problems: Problem[] = [];
  if (!yaml.file.endsWith(`/${service}.yaml`)) {
    const message = `checks of the service "${service}" belong into ${service}.yaml`;
    problems.push(problemAt(yaml, ['service'], { code: 'catalog-file-name', message }));
  }
  for (const [index, { id }] of checks.entries()) {
    const prefix = `${own?.prefix ?? ''}${service}-`;
    if (id.startsWith(prefix)) continue;
    const message = `expected the id to begin with "${prefix}", found "${id}"`;
    problems.push(problemAt(yaml, ['checks', index, 'id'], { code: 'catalog-check-id', message }));
  }
  return problems;
}

function duplicate(place: Place, id: string, first: string | undefined): Problem {
  const where = first === undefined ? '' : `: it is in ${first} already`;
  return problemAt(place, ['id'], { code: 'catalog-duplicate-id', message: `duplicate check id "${id}"${where}` });
}
