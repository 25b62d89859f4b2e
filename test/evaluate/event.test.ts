import { describe, expect, it } from 'vitest';
import { compileSelector } from '../../src/evaluate/event.ts';
import { EventSelector } from '../../src/model/check.ts';

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
