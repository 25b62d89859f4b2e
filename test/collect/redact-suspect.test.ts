import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CREDENTIAL_FORMS } from '../../src/collect/secrets/forms.ts';
import { mayHoldForm, mayHoldName } from '../../src/collect/secrets/suspect.ts';

/** What stands around a credential is no part of it, and cannot be generated. */
const inner = (source: string): string => source.replaceAll(/\(\?(?:<?[!=])(?:\[[^\]]*\]|\\.|[^()\\])*\)/g, '');

describe('the look that spares most strings the rules', () => {
  it.each(CREDENTIAL_FORMS.filter(({ rule }) => rule !== 'http-authorization'))(
    'lets pass whatever $rule may be',
    ({ rule, pattern }) => {
      const strings = fc.stringMatching(new RegExp(`^${inner(pattern.source)}$`));
      let matched = 0;
      fc.assert(
        fc.property(strings, (text) => {
          pattern.lastIndex = 0;
          if (!pattern.test(text)) return true;
          matched += 1;
          return mayHoldForm(text);
        }),
        { numRuns: 300 },
      );
      expect(matched, rule).toBeGreaterThan(100);
    },
  );

  it.each(['Bearer abcdef0123456789', 'basic dXNlcjpwYXNzd29yZA==', 'Negotiate YIIJvwYGKwYBBQUCoIIJszCCCa='])(
    'lets pass %s',
    (text) => expect(mayHoldForm(text)).toBe(true),
  );

  it.each([
    'run --api-key 0123456789',
    'run --apikey 0123456789',
    'access key = 0123456789',
    '"private_key" : "x"',
    String.raw`{\"encryptionKey\":\"x\"}`,
    "['signing-key'] => x",
    'db-pwd: x',
    'Set-Cookie: a=b',
    '?sig=0123456789',
    'curl -u ann:hunter2',
  ])('lets pass %s', (text) => expect(mayHoldName(text)).toBe(true));

  it('keeps out names, ids and ARNs of most resources', () => {
    const arn = 'arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0';
    expect(mayHoldForm(arn) || mayHoldName(arn)).toBe(false);
  });
});
