import type { CompiledCheck } from '../evaluate/check.ts';
import type { CompiledSelector } from '../evaluate/event.ts';
import { defaultParams } from '../evaluate/params.ts';
import type { Check } from '../model/check.ts';
import { messageOf } from '../model/error.ts';
import type { Outcome } from '../model/evidence.ts';
import type { JsonObject } from '../model/json.ts';
import type { Resource } from '../model/resource.ts';
import type { Failure } from '../model/retrieval.ts';

/** What an example says should come out, and what came out. */
export interface ExampleResult {
  readonly index: number;
  /** Key of the example: `pass`, `fail`, `not_applicable`, `inconclusive`, `match` or `ignore`. */
  readonly key: string;
  readonly expected: string;
  readonly found: string;
  readonly reason: string;
  readonly ok: boolean;
}

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  pass: 'compliant',
  fail: 'non_compliant',
  not_applicable: 'not_applicable',
  inconclusive: 'inconclusive',
};

/** Where and when examples are judged, unless they say when. */
const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const NOW = '2026-01-01T00:00:00.000Z';

/** Judges every example of a check as if its facts had been collected. */
export function runExamples(compiled: CompiledCheck): ExampleResult[] {
  return compiled.check.examples.map((example, index) => {
    const { key, facts, unread, params, now } = exampleOf(example);
    const expected = OUTCOMES[key] ?? 'inconclusive';
    const { outcome, reason } = compiled.judge(resourceOf(compiled.check, facts, unread), {
      account: ACCOUNT,
      region: REGION,
      now: now ?? NOW,
      params: { ...defaultParams(compiled.check), ...params },
    });
    return { index, key, expected, found: outcome, reason, ok: outcome === expected };
  });
}

/** Tries every example record of a selector. */
export function runSelectorExamples({ selector, matches }: CompiledSelector): ExampleResult[] {
  return selector.examples.map((example, index) => {
    const [key, event] =
      'match' in example ? (['match', example.match] as const) : (['ignore', example.ignore] as const);
    const { found, reason } = attempt(() => (matches(event) ? 'match' : 'ignore'));
    return { index, key, expected: key, found, reason, ok: found === key };
  });
}

/** An example with its outcome's key set apart from the facts under it. */
export interface ParsedExample {
  readonly key: string;
  readonly facts: JsonObject;
  readonly unread: readonly string[];
  readonly params: JsonObject;
  readonly now: string | undefined;
}

/** Which outcome an example is for, and what it is made of. */
export function exampleOf(example: Check['examples'][number]): ParsedExample {
  // The schema types every key of an example alike, because its first key is a computed one.
  const record = example as Readonly<Record<string, unknown>>;
  const key = Object.keys(OUTCOMES).find((it) => record[it] !== undefined) ?? 'inconclusive';
  return {
    key,
    facts: (record[key] ?? {}) as JsonObject,
    unread: (record.unread ?? []) as readonly string[],
    params: (record.params ?? {}) as JsonObject,
    now: record.now as string | undefined,
  };
}

function attempt(run: () => string): { found: string; reason: string } {
  try {
    return { found: run(), reason: '' };
  } catch (thrown) {
    return { found: 'error', reason: messageOf(thrown) };
  }
}

function resourceOf(check: Check, facts: JsonObject, unread: readonly string[]): Resource {
  return {
    type: check.resource,
    id: 'example',
    name: 'example',
    account: ACCOUNT,
    region: REGION,
    facts,
    failures: Object.fromEntries(unread.map((fact) => [fact, deniedRead(fact)])),
    lines: {},
  };
}

function deniedRead(fact: string): Failure {
  return {
    operation: `example:${fact}`,
    kind: 'denied',
    name: 'AccessDenied',
    message: 'as the example says',
    status: 403,
    requestId: null,
  };
}
