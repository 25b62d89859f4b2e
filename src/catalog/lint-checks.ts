import { didYouMean } from '../evaluate/nearest.ts';
import { mergeParams } from '../evaluate/params.ts';
import { unknownToAws } from './aws-names.ts';
import {
  type Catalogue,
  type CatalogueCheck,
  type CatalogueEvent,
  type Place,
  placeIn,
  problemAt,
} from './catalogue.ts';
import { type ExampleResult, exampleOf, runExamples, runSelectorExamples } from './examples.ts';
import type { Problem } from './problem.ts';

/** Rules over one check: both kinds of examples, all as they say, known facts, a known rule under `same_as`. */
export function lintCheck(
  { check, compiled, place }: CatalogueCheck,
  catalogue: Catalogue,
  examples = true,
): Problem[] {
  const facts = catalogue.facts[check.resource] ?? [];
  return [
    ...(examples ? exampleProblems(place, compiled) : []),
    ...check.examples.flatMap((example, index) => exampleNames({ place, check, example, index, facts })),
    ...unknownToAws(check.same_as, placeIn(place, ['same_as']), catalogue),
    ...idleParams({ check, compiled, place }),
  ];
}

function exampleProblems(place: Place, compiled: CatalogueCheck['compiled']): Problem[] {
  const results = runExamples(compiled);
  return [...missingKinds(place, results, ['pass', 'fail']), ...results.flatMap((it) => failedExample(place, it))];
}

/** Rules over one event selector: both kinds of examples, all as they say. */
export function lintEvent({ compiled, place }: CatalogueEvent): Problem[] {
  const results = runSelectorExamples(compiled);
  return [
    ...wideAlert(compiled, place),
    ...missingKinds(place, results, ['match', 'ignore']),
    ...results.flatMap((it) => failedExample(place, it)),
  ];
}

/** An alert for which no rule of an event bus can be narrower than all events: nobody would be told. */
function wideAlert({ selector, texts }: CatalogueEvent['compiled'], place: Place): Problem[] {
  const isNamed = texts(['eventSource']) !== undefined && texts(['eventName']) !== undefined;
  if (selector.alert === undefined || isNamed || texts(['userIdentity', 'type']) !== undefined) return [];
  const message = `no rule can bring the events of "${selector.name}": compare event.eventSource and event.eventName, or event.userIdentity.type, with texts, or set watchEverything`;
  return [problemAt(place, ['match'], { code: 'catalog-alert-wide', severity: 'warning', message })];
}

function missingKinds(place: Place, results: readonly ExampleResult[], kinds: readonly string[]): Problem[] {
  return kinds
    .filter((kind) => !results.some((it) => it.key === kind))
    .map((kind) => {
      const message = `expected at least one "${kind}" example`;
      return problemAt(place, ['examples'], { code: 'catalog-example-missing', message });
    });
}

function failedExample(place: Place, { index, key, expected, found, reason, ok }: ExampleResult): Problem[] {
  if (ok) return [];
  const message = `example ${index + 1}: expected ${expected}, found ${found}${reason === '' ? '' : `: ${reason}`}`;
  return [problemAt(place, ['examples', index, key], { code: 'catalog-example-failed', message })];
}

interface ExampleNames {
  readonly place: Place;
  readonly check: CatalogueCheck['check'];
  readonly example: CatalogueCheck['check']['examples'][number];
  readonly index: number;
  readonly facts: readonly string[];
}

/** Facts and parameters of an example that do not exist: it would test something that never happens. */
function exampleNames({ place, check, example, index, facts }: ExampleNames): Problem[] {
  const { key, facts: given, unread, params: set } = exampleOf(example);
  const at = ['examples', index];
  const unknown = (name: string, path: readonly PropertyKey[]): Problem[] => {
    if (facts.includes(name)) return [];
    const message = `${check.resource} has no fact "${name}"${didYouMean(name, facts)}`;
    return [problemAt(place, path, { code: 'catalog-example-fact', message })];
  };
  const params = Object.keys(set).filter((name) => !Object.hasOwn(check.params, name));
  return [
    ...Object.keys(given).flatMap((name) => unknown(name, [...at, key, name])),
    ...unread.flatMap((name, i) => unknown(name, [...at, 'unread', i])),
    ...mergeParams(check, Object.fromEntries(params.map((name) => [name, null]))).problems.map((it) =>
      problemAt(place, [...at, 'params', it.name], { code: 'catalog-example-param', message: it.message }),
    ),
  ];
}

/** A control could set such a parameter and believe that something is tested. */
function idleParams({ check, compiled, place }: Pick<CatalogueCheck, 'check' | 'compiled' | 'place'>): Problem[] {
  return Object.keys(check.params)
    .filter((name) => !compiled.params.includes(name))
    .map((name) => {
      const message = `no expression of the check uses the parameter "${name}"`;
      return problemAt(place, ['params', name], { code: 'catalog-param-unused', message });
    });
}
