import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLogPattern } from '../../../src/evaluate/functions/log-pattern.ts';
import { type KnownValue, matchesEvents } from '../../../src/evaluate/functions/log-pattern-match.ts';

type Known = Readonly<Record<string, KnownValue>>;

function matches(text: string, event: Known) {
  const pattern = parseLogPattern(text);
  if (pattern === undefined) throw new Error(`no pattern: ${text}`);
  return matchesEvents(pattern, new Map(Object.entries(event)));
}

describe('parseLogPattern', () => {
  it.each([
    '{ $.eventName = StopLogging }',
    '{$.eventName="StopLogging"}',
    '{ ($.eventName = "a b") || ($.eventName=C)&&(($.x != "d")) }',
    '{\n  ($.eventName = A)\t||\n ($.eventName = B) }',
    '{ $.userIdentity.invokedBy NOT EXISTS && $.a EXISTS && $.b IS TRUE && $.c IS FALSE && $.d IS NULL }',
    '{ $.errorCode = "*UnauthorizedOperation" || $.bytes >= 10 || $.ip = %10\\.0% || $.list[0] = "x" }',
    '{ $.name = "say \\"hi\\"" }',
    '',
    '  ',
  ])('reads %j', (text) => {
    expect(parseLogPattern(text)).toBeDefined();
  });

  it.each([
    'ERROR',
    '"StopLogging"',
    '[ip, user, status = 4*]',
    '{',
    '}',
    '{}',
    '{ }',
    '{ $.a = }',
    '{ $.a = b',
    '{ ($.a = b }',
    '{ $.a = b) }',
    '{ $.a = b || }',
    '{ && $.a = b }',
    '{ $.a = b $.c = d }',
    '{ $.a = "b }',
    '{ eventName = A }',
    '{ $.a = (b) }',
    '{ $.a = b } { $.c = d }',
    '{ $ = b }',
    '{ $.a IS MAYBE }',
    `{ ${'('.repeat(40)}$.a = b${')'.repeat(40)} }`,
    `{ $.a = "${'x'.repeat(1100)}" }`,
  ])('refuses %j', (text) => {
    expect(parseLogPattern(text)).toBeUndefined();
  });

  it('never throws, whatever the text, and reads hostile text in no time', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '$.a',
      '=',
      '!=',
      '||',
      '&&',
      '"',
      'x',
      ' ',
      'NOT',
      'EXISTS',
      '%',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
        parseLogPattern(pieces.join(''));
      }),
    );
    const start = performance.now();
    for (const text of ['"\\'.repeat(500), '('.repeat(1024), '{'.repeat(1024), '%'.repeat(1023)]) parseLogPattern(text);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('matchesEvents', () => {
  const stop = { eventName: 'StopLogging', eventSource: 'cloudtrail.amazonaws.com' };

  it.each([
    ['{ $.eventName = StopLogging }', true],
    ['{ $.eventName = "StopLogging" }', true],
    ['{ $.eventName = Stop* }', true],
    ['{ $.eventName = "*Logging" }', true],
    ['{ $.eventName = stoplogging }', false],
    ['{ $.eventName = StartLogging }', false],
    ['{ $.eventName != StartLogging }', true],
    ['{ $.eventName != StopLogging }', false],
    ['{ ($.eventName = StartLogging) || ($.eventName = StopLogging) }', true],
    ['{ ($.eventName = StopLogging) && ($.userIdentity.userName = admin) }', undefined],
    ['{ ($.eventName = StopLogging) || ($.userIdentity.userName = admin) }', true],
    ['{ ($.eventName = StartLogging) && ($.userIdentity.userName = admin) }', false],
    ['{ ($.eventSource = cloudtrail.amazonaws.com) && (($.eventName = A) || ($.eventName = StopLogging)) }', true],
    ['{ ($.eventSource = ec2.amazonaws.com) && ($.eventName = A) || ($.eventName = StopLogging) }', true],
    ['{ $.eventName = StopLogging || $.eventName = A && $.eventSource = ec2.amazonaws.com }', true],
    ['{ ($.eventName = StopLogging || $.eventName = A) && $.eventSource = ec2.amazonaws.com }', false],
    ['{ $.eventName = %Stop.*% }', undefined],
    ['{ $.eventName = "Stop?ogging" }', undefined],
    ['{ $.eventName EXISTS }', true],
    ['{ $.eventName NOT EXISTS }', false],
    ['{ $.eventName IS NULL }', false],
    ['{ $.eventName IS TRUE }', undefined],
    ['{ $.eventVersion > 1 }', undefined],
    ['{ $.eventName[0] = StopLogging }', undefined],
    ['', true],
  ])('%s: %s for StopLogging', (text, truth) => {
    expect(matches(text, stop)).toBe(truth);
  });

  it.each([
    ['{ $.a NOT EXISTS }', true],
    ['{ $.a EXISTS }', false],
    ['{ $.a = x }', false],
    ['{ $.a != x }', undefined],
    ['{ $.a IS NULL }', undefined],
  ])('%s: %s for a field that is absent', (text, truth) => {
    expect(matches(text, { a: null })).toBe(truth);
  });

  it.each([
    ['{ $.a != x }', true],
    ['{ $.a = x }', false],
    ['{ $.a = y }', undefined],
    ['{ $.a != y }', undefined],
    ['{ $.a != x* }', undefined],
    ['{ $.a EXISTS }', true],
  ])('%s: %s for a field that is never x', (text, truth) => {
    expect(matches(text, { a: { not: 'x' } })).toBe(truth);
  });

  it.each([
    ['{ $.a = "Access*" }', true],
    ['{ $.a = "AccessDenied*" }', true],
    ['{ $.a = "AccessDenied" }', undefined],
    ['{ $.a = "*Exception" }', undefined],
    ['{ $.a = "Throttling*" }', false],
    ['{ $.a != "Throttling" }', true],
  ])('%s: %s for any text that begins with AccessDenied', (text, truth) => {
    expect(matches(text, { a: 'AccessDenied*' })).toBe(truth);
  });

  it.each([
    ['{ $.readOnly IS FALSE }', true],
    ['{ $.readOnly IS TRUE }', false],
    ['{ $.readOnly = "false" }', undefined],
  ])('%s: %s for a boolean that is false', (text, truth) => {
    expect(matches(text, { readOnly: false })).toBe(truth);
  });

  it('holds what it says of every event: knowing more never turns an answer round', () => {
    const field = fc.constantFrom('a', 'b', 'c');
    const value = fc.constantFrom('x', 'y', 'xy', 'x*', '*y', '*');
    const test = fc.tuple(field, fc.constantFrom('=', '!='), value).map(([f, op, v]) => `($.${f} ${op} "${v}")`);
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 3 },
        test,
        fc
          .tuple(tie('pattern'), fc.constantFrom('&&', '||'), tie('pattern'))
          .map(([l, sign, r]) => `(${l} ${sign} ${r})`),
      ),
    }));
    const concrete = fc.record({
      a: fc.constantFrom('x', 'y', 'xy', 'z'),
      b: fc.constantFrom('x', 'y'),
      c: fc.constantFrom('xy', 'z'),
    });
    fc.assert(
      fc.property(pattern, concrete, fc.subarray(['a', 'b', 'c'] as const), (text, event, known) => {
        fc.pre(text.length < 1000);
        const some = matches(`{ ${text} }`, Object.fromEntries(known.map((it) => [it, event[it]])));
        const all = matches(`{ ${text} }`, event);
        expect(all).not.toBeUndefined();
        if (some !== undefined) expect(some).toBe(all);
      }),
    );
  });
});
