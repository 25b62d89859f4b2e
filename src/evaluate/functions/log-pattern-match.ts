import type { Truth } from './conditions.ts';
import type { FieldTest, LogPattern } from './log-pattern.ts';
import { covers, overlaps } from './wildcard.ts';

/**
 * What is known of the events of one kind, by field path (`userIdentity.type`). A text may hold `*`
 * for any text, null is a field that the events do not have, `not` is a text that the field never
 * has. Of a field that is not named nothing is known.
 */
export type KnownEvent = ReadonlyMap<string, KnownValue>;
export type KnownValue = string | boolean | null | { readonly not: string };

/** Whether the pattern certainly matches all such events (true), none of them (false), or it cannot be said. */
export function matchesEvents(pattern: LogPattern, event: KnownEvent): Truth {
  if (pattern.kind === 'test') return testHolds(pattern.test, event.get(pattern.field));
  const each = pattern.of.map((it) => matchesEvents(it, event));
  const decides = pattern.kind === 'any';
  if (each.includes(decides)) return decides;
  return each.includes(undefined) ? undefined : !decides;
}

function testHolds(test: FieldTest, known: KnownValue | undefined): Truth {
  if (known === undefined || test.operator === 'other') return undefined;
  if (known === null) return absentHolds(test);
  switch (test.operator) {
    case 'exists':
      return true;
    case 'absent':
      return false;
    case 'true':
    case 'false':
      return typeof known === 'boolean' ? known === (test.operator === 'true') : undefined;
    case 'null':
      return typeof known === 'object' ? undefined : false;
    case 'equals':
      return equals(test.value, known);
    case 'differs':
      return negated(equals(test.value, known));
  }
}

/** What `!=` and IS NULL make of a field that is not there is not documented, so it is not relied on. */
function absentHolds({ operator }: FieldTest): Truth {
  if (operator === 'absent') return true;
  return operator === 'exists' || operator === 'equals' ? false : undefined;
}

/** In a pattern `*` is any text; `?` is itself there, but not in `covers`, so nothing is said of it. */
function equals(wanted: string, known: Exclude<KnownValue, null>): Truth {
  if (typeof known === 'boolean' || wanted.includes('?')) return undefined;
  if (typeof known === 'object') return wanted === known.not ? false : undefined;
  if (covers(wanted, known)) return true;
  return overlaps(wanted, known) ? undefined : false;
}

function negated(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
