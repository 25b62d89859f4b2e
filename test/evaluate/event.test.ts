import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { compileSelector } from '../../src/evaluate/event.ts';
import { EventSelector } from '../../src/model/check.ts';
import type { JsonObject } from '../../src/model/json.ts';

const selector = (match: string) =>
  compileSelector(
    EventSelector.parse({
      name: 'root-activity',
      title: 'Somebody used the root user',
      match,
      expect: 'none',
      remediation: 'Do not use the root user.',
      examples: [{ match: {} }, { ignore: {} }],
    }),
  );

describe('event selectors', () => {
  it('match what the expression says, and say which fields they read', () => {
    const root = selector('event.eventName == "ConsoleLogin" && event.userIdentity.type == "Root"');
    expect(root.fields).toEqual(['eventName', 'userIdentity']);
    expect(root.matches({ eventName: 'ConsoleLogin', userIdentity: { type: 'Root' } })).toBe(true);
    expect(root.matches({ eventName: 'ConsoleLogin', userIdentity: { type: 'IAMUser' } })).toBe(false);
  });

  it('take a missing field as no match', () => {
    const root = selector('event.userIdentity.sessionContext.mfa == "false"');
    expect(root.matches({})).toBe(false);
    expect(root.matches({ userIdentity: {} })).toBe(false);
    expect(root.matches({ userIdentity: { sessionContext: null } })).toBe(false);
  });

  it('throw any other error, with the selector and the place', () => {
    expect(() => selector('event.a.startsWith("x")').matches({ a: 5 })).toThrow(
      /selector root-activity: found no matching overload for 'int.startsWith\(string\)', at character 1/,
    );
    expect(() => selector('event.a').matches({ a: 'x' })).toThrow('expected true or false, found the text "x"');
    expect(() => selector('event.a == 1').matches([])).toThrow('expected an event to be an object');
  });

  it('do not compile with another variable or the event as a whole', () => {
    expect(() => selector('evnt.a == 1')).toThrow('character 1: Unknown variable: evnt (did you mean "event"?)');
    expect(() => selector('size(event) > 0')).toThrow('"event" may be used as event.<name>');
    expect(() => selector('resource.a == 1')).toThrow('Unknown variable: resource');
  });
});

const OWN = [
  'event.eventName in ["A", "B"] || event.eventName == "C"',
  '!(event.eventName == "A") && event.userIdentity.type.startsWith("R")',
  '!has(event.errorCode) || event.errorCode == null || event.errorCode.endsWith("x")',
  'event.constructor == "A" || event.toString.contains("A")',
  'event.eventName == event.eventSource && event["errorCode"] != "x"',
  'event.eventName != "A" && event.list.exists(it, it == "A")',
];

/** The guess, which is to be what CEL says where there is one. */
function agreed({ guess, matches, names, selector: it }: ReturnType<typeof selector>, event: JsonObject) {
  const guessed = guess(event);
  if (guessed !== undefined) expect([it.match, matches(event)]).toEqual([it.match, guessed]);
  if (names?.has(String(event.eventName)) === false) expect(matches(event)).toBe(false);
  return guessed;
}

describe('the fast answer to a selector', () => {
  const word = fc.constantFrom(
    'A',
    'B',
    'C',
    'x',
    'Root',
    'AccessDenied',
    'ConsoleLogin',
    'StopLogging',
    'Success',
    'Yes',
    '',
  );
  const odd = fc.oneof(word, fc.constant(null), fc.integer(), fc.boolean(), fc.constant([]), fc.constant({}));
  const nested = fc.dictionary(fc.constantFrom('type', 'invokedBy', 'ConsoleLogin', 'MFAUsed', 'constructor'), odd);
  const record = fc.record(
    {
      eventName: fc.oneof(word, fc.constantFrom('PutBucketPolicy', 'DisableKey', 'DeleteRolePolicy', 'HeadBucket')),
      eventSource: fc.constantFrom(
        'A',
        'iam.amazonaws.com',
        's3.amazonaws.com',
        'signin.amazonaws.com',
        'kms.amazonaws.com',
        'cloudtrail.amazonaws.com',
      ),
      errorCode: odd,
      userIdentity: fc.oneof(odd, nested),
      responseElements: fc.oneof(odd, nested),
      additionalEventData: fc.oneof(odd, nested),
      constructor: odd,
      list: fc.array(odd),
    },
    { requiredKeys: ['eventName', 'eventSource'] },
  );

  it('is the answer of CEL wherever it is given, for shipped selectors and others', async () => {
    const shipped = [...(await loadCatalogueFiles()).events.values()].map((it) => it.compiled);
    expect(shipped.length).toBeGreaterThanOrEqual(11);
    const answers: (boolean | undefined)[] = [];
    for (const asked of [...shipped, ...OWN.map(selector)]) {
      fc.assert(
        fc.property(record, (given) => {
          answers.push(agreed(asked, JSON.parse(JSON.stringify(given))));
        }),
        { numRuns: 150, seed: 7 },
      );
    }
    for (const answer of [true, false, undefined])
      expect(answers.filter((it) => it === answer).length).toBeGreaterThan(20);
  }, 60_000);

  it('knows the event names that can match, where they are certain', () => {
    const names = (match: string) => selector(match).names;
    expect(names('event.eventSource == "x" && event.eventName in ["a", "b"]')).toEqual(new Set(['a', 'b']));
    expect(names('event.eventName == "a" || event.eventName == "b"')).toEqual(new Set(['a', 'b']));
    expect(names('event.eventName == "a" || event.errorCode == "b"')).toBeUndefined();
    expect(names('!(event.eventName == "a")')).toBeUndefined();
  });
});
