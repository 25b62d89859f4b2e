import { compileSelector, examineSelector } from '../evaluate/event.ts';
import { EventFile, type EventSelector } from '../model/check.ts';
import { type CatalogueEvent, placeIn, problemAt, type TextFile } from './catalogue.ts';
import { expressionProblem, idsIn } from './load-checks.ts';
import type { Own } from './own.ts';
import type { Problem } from './problem.ts';
import { readYaml, type YamlFile } from './yaml.ts';

export interface LoadedEvents {
  readonly events: ReadonlyMap<string, CatalogueEvent>;
  readonly declared: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/** Reads and compiles the event selectors of all files; each name may be used once in all of them. */
export function eventsFrom(files: readonly TextFile[], own?: Own): LoadedEvents {
  const events = new Map<string, CatalogueEvent>();
  const declared = new Set<string>();
  const problems: Problem[] = [];
  for (const { path, text } of files) {
    const yaml = readYaml(text, path, EventFile);
    problems.push(...yaml.problems, ...nameProblems(yaml, own));
    for (const name of idsIn(yaml.raw, 'events', 'name')) if (yaml.value === undefined) declared.add(name);
    for (const [index, selector] of (yaml.value?.events ?? []).entries()) {
      problems.push(...(declared.has(selector.name) ? [duplicate(yaml, index, selector)] : []));
      if (!declared.has(selector.name)) problems.push(...add(yaml, index, selector, events));
      declared.add(selector.name);
    }
  }
  return { events, declared, problems };
}

function add(
  yaml: YamlFile<EventFile>,
  index: number,
  selector: EventSelector,
  events: Map<string, CatalogueEvent>,
): Problem[] {
  const { problems } = examineSelector(selector);
  const path = ['events', index];
  if (problems.length > 0) return problems.map((it) => expressionProblem(yaml, path, { ...it, field: 'match' }));
  const compiled = compileSelector(selector);
  events.set(selector.name, { selector, compiled, file: yaml.file, place: placeIn(yaml, path) });
  return [];
}

function nameProblems(yaml: YamlFile<EventFile>, own: Own | undefined): Problem[] {
  if (yaml.value === undefined) return [];
  const { topic, events } = yaml.value;
  const problems: Problem[] = [];
  if (!yaml.file.endsWith(`/${topic}.yaml`)) {
    const message = `events of the topic "${topic}" belong into ${topic}.yaml`;
    problems.push(problemAt(yaml, ['topic'], { code: 'catalog-file-name', message }));
  }
  const { prefix = '' } = own ?? {};
  for (const [index, { name }] of events.entries()) {
    if (name.startsWith(prefix)) continue;
    const message = `expected the name to begin with "${prefix}", found "${name}"`;
    problems.push(problemAt(yaml, ['events', index, 'name'], { code: 'catalog-event-name', message }));
  }
  return problems;
}

function duplicate(yaml: YamlFile<EventFile>, index: number, { name }: EventSelector): Problem {
  const message = `duplicate event selector "${name}"`;
  return problemAt(yaml, ['events', index, 'name'], { code: 'catalog-duplicate-id', message });
}
