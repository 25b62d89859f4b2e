import type { EventSelector } from '../model/check.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Json, JsonObject } from '../model/json.ts';
import { eventEnvironment } from './environment.ts';
import { eventFilter, fieldTexts } from './event-filter.ts';
import { type LookupAttribute, lookupsOf } from './event-lookup.ts';
import { type Compiled, codeOf, compileExpression, explain } from './expression.ts';
import { type CelValue, describe, toCel, view } from './value.ts';

export interface CompiledSelector {
  readonly selector: EventSelector;
  /** Top-level fields of the event that the expression mentions, sorted. */
  readonly fields: readonly string[];
  /**
   * Whether the event counts. A field that the event does not have means no; any other error in the
   * expression is thrown as `evaluate-event`.
   */
  readonly matches: (event: Json) => boolean;
  /**
   * What `matches` is certain to give, found out some ten times as fast. Undefined says nothing: then
   * `matches` is to be asked.
   */
  readonly guess: (event: JsonObject) => boolean | undefined;
  /** The event names that can match; undefined where any can. */
  readonly names: ReadonlySet<string> | undefined;
  /** The same for other fields, each a list of names that leads to one: an event bus can be asked for these only. */
  readonly texts: (path: readonly string[]) => ReadonlySet<string> | undefined;
  /** The lookups of CloudTrail's event history that find all that can match; undefined where none do. */
  readonly lookups: readonly LookupAttribute[] | undefined;
}

const VARIABLES: ReadonlySet<string> = new Set(['event']);

/** Compiles a selector's expression, or lists what is wrong with it. Never throws. */
export function examineSelector(selector: EventSelector): Compiled {
  return compileExpression({
    environment: eventEnvironment(),
    text: selector.match,
    type: 'bool',
    variables: VARIABLES,
  });
}

/** Throws `evaluate-selector-invalid` for an expression that does not compile. */
export function compileSelector(selector: EventSelector): CompiledSelector {
  const { expression, problems } = examineSelector(selector);
  if (expression === undefined)
    throw new WitnessmarkError(
      'evaluate-selector-invalid',
      `selector ${selector.name}: ${problems.map((it) => `character ${it.offset + 1}: ${it.message}`).join('; ')}`,
    );
  const fields = [...new Set(expression.mentions.map((it) => it.field))].sort();
  const matches = (event: Json): boolean => decide(selector, () => expression.run({ event: lazily(event) }));
  const { ast } = eventEnvironment().parse(selector.match);
  const texts = (path: readonly string[]) => fieldTexts(ast, path);
  const names = texts(['eventName']);
  return { selector, fields, matches, guess: eventFilter(ast), names, texts, lookups: lookupsOf(ast) };
}

function decide(selector: EventSelector, run: () => unknown): boolean {
  let value: unknown;
  try {
    value = run();
  } catch (thrown) {
    if (codeOf(thrown) === 'no_such_key') return false;
    throw new WitnessmarkError('evaluate-event', `selector ${selector.name}: ${explain(thrown)}`, { cause: thrown });
  }
  if (typeof value === 'boolean') return value;
  throw new WitnessmarkError(
    'evaluate-event',
    `selector ${selector.name}: expected true or false, found ${describe(value)}`,
  );
}

/** Fields are converted when they are asked for: most events are settled by `event.eventName` alone. */
function lazily(event: Json): ReadonlyMap<string, CelValue> {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw new WitnessmarkError('evaluate-event', `expected an event to be an object, found ${describe(event)}`);
  const fields = event as Readonly<Record<string, Json>>;
  return view((name) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return value === undefined ? undefined : toCel(value);
  });
}
