import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantedToken, responseOf, tokenIn } from '../../../src/pack/timestamp/response.ts';
import { mergedRoots, rootsOf } from '../../../src/pack/timestamp/roots.ts';
import { MAX_TOKEN, parseToken } from '../../../src/pack/timestamp/token.ts';
import { describeTimestamp, verifyToken } from '../../../src/pack/timestamp/verify.ts';
import { DATA, IMPRINT, pemOf, ROOTS, responseNamed, tokenOf } from './tokens.ts';

const verified = (token: Uint8Array, roots = ROOTS, imprint: Uint8Array = IMPRINT) =>
  verifyToken(token, { imprint, roots });

describe('a token of openssl', () => {
  it('holds: ECDSA with a chain of two, RSA, P-384, and the old way to name a certificate', async () => {
    for (const name of ['good', 'rsa', 'p384', 'old-style', 'again']) {
      const { policy, accuracy, time } = await verified(tokenOf(name));
      expect(policy, name).toBe(name === 'old-style' ? '1.2.3.4.5' : '1.2.3.4.1');
      expect(accuracy, name).toBe(name === 'old-style' ? 1500 : 1000);
      expect(time, name).toMatch(/^2026-11-22T\d\d:\d\d:\d\d\.000Z$/);
    }
  });

  it('is told for people', async () => {
    const told = describeTimestamp(await verified(tokenOf('good')));
    expect(told).toMatch(/^2026-11-22T\d\d:\d\d:\d\d\.000Z \(give or take 1 s\), says CN=Example tsa$/);
  });

  it('leads to the authority in the middle too, where that one is trusted', async () => {
    await expect(verified(tokenOf('good'), rootsOf(pemOf('between'), 'between'))).resolves.toMatchObject({
      authority: 'CN=Example tsa',
    });
  });
});

describe('refused is a token', () => {
  it.each([
    ['other', 'timestamp-imprint', 'is about something else'],
    ['sha384', 'timestamp-imprint', '2.16.840.1.101.3.4.2.2'],
    ['expired', 'timestamp-expired', 'is valid from 2020-01-01T00:00:00.000Z to 2021-01-01T00:00:00.000Z, not at 2026'],
    ['under-late', 'timestamp-expired', 'the certificate of CN=Example late-between'],
    ['self-made', 'timestamp-untrusted', 'no chain leads from CN=Example self-made'],
    ['under-leaf', 'timestamp-untrusted', 'no chain leads from CN=Example under-leaf'],
    ['strange', 'timestamp-untrusted', 'no chain leads from CN=Example strange'],
    ['uncritical', 'timestamp-purpose', 'found uncritical 1.3.6.1.5.5.7.3.8'],
    ['mail', 'timestamp-purpose', 'found critical 1.3.6.1.5.5.7.3.4'],
    ['not-bound', 'timestamp-signature', 'does not bind its certificate'],
    ['other-type', 'timestamp-malformed', 'not a TSTInfo'],
    ['two-signers', 'timestamp-malformed', 'it has 2 signers'],
    ['sha1', 'timestamp-signature', 'the hash function 1.3.14.3.2.26 is not taken'],
    ['without-certificate', 'timestamp-signature', 'does not bring the certificate'],
  ])('%s: %s', async (name, code, message) => {
    await expect(verified(tokenOf(name))).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('that is trusted by nobody', async () => {
    await expect(verified(tokenOf('good'), [])).rejects.toMatchObject({ code: 'timestamp-untrusted' });
    const other = rootsOf(pemOf('self-root'), 'other');
    await expect(verified(tokenOf('good'), other)).rejects.toMatchObject({ code: 'timestamp-untrusted' });
    await expect(verified(tokenOf('self-made'), other)).resolves.toBeDefined();
  });

  it('with any byte flipped of what is signed, and none that ends in anything but a code', async () => {
    const good = tokenOf('good');
    const { content } = parseToken(good);
    const signed = good.indexOf(content);
    const wasSame: number[] = [];
    const isSigned = (at: number): boolean => at >= signed && at < signed + content.length;
    // Every byte of what is signed; of the rest every seventh, since each is a verification.
    for (let at = 0; at < good.length; at += isSigned(at) ? 1 : 7) {
      const flipped = Buffer.from(good);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      const outcome = await verified(flipped).then(
        () => 'taken',
        (thrown: { code?: string }) => thrown.code ?? String(thrown),
      );
      if (outcome === 'taken') wasSame.push(at);
      else expect(outcome).toMatch(/^timestamp-/);
    }
    expect(wasSame.filter(isSigned)).toEqual([]);
    // What nobody signs: the list of digest algorithms, and versions.
    expect(wasSame.length).toBeLessThan(10);
  });

  it('that is too large, empty, cut, or followed by something', async () => {
    const good = tokenOf('good');
    const wrong = [
      Buffer.alloc(MAX_TOKEN + 1, 0x30),
      Buffer.alloc(0),
      good.subarray(0, -1),
      Buffer.concat([good, good]),
    ];
    for (const token of wrong) await expect(verified(token)).rejects.toMatchObject({ code: 'timestamp-malformed' });
  });

  it('whatever else it is: only codes, never a crash', async () => {
    const good = tokenOf('good');
    const change = fc.record({ at: fc.nat(good.length - 1), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, bytes }) => {
        const changed = Buffer.from(good);
        changed.set(bytes.subarray(0, good.length - at), at);
        const thrown = await verified(changed).catch((it: unknown) => it);
        if (thrown instanceof Error) expect(thrown).toMatchObject({ code: expect.stringMatching(/^timestamp-/) });
      }),
      { numRuns: 300 },
    );
  });

  it('that is nested deeper than anybody would', async () => {
    const nested = Buffer.alloc(MAX_TOKEN);
    for (let at = 0; at + 1 < nested.length; at += 2) nested.writeUInt16BE(0x3080, at);
    await expect(verified(nested)).rejects.toMatchObject({ code: 'timestamp-malformed' });
  });
});

describe('a response', () => {
  it('is kept as openssl writes it where the authority granted and said nothing more', () => {
    const good = responseNamed('good');
    expect(grantedToken(good)).toEqual(new Uint8Array(tokenOf('good')));
    expect(Buffer.from(responseOf(tokenOf('good'))).equals(good)).toBe(true);
    expect(tokenIn(good)).toEqual(new Uint8Array(tokenOf('good')));
  });

  it('that was not granted says why', () => {
    expect(() => grantedToken(responseNamed('rejected'))).toThrow(
      'the authority did not grant it: status 2 (rejection) "Bad request format or system error."',
    );
  });

  it.each([
    ['no DER', Buffer.from('<html>')],
    ['nothing', Buffer.alloc(0)],
    ['an empty sequence', Buffer.from('3000', 'hex')],
    ['granted without a token', Buffer.from('30053003020100', 'hex')],
    ['a token alone', tokenOf('good')],
  ])('is refused: %s', (_what, bytes) => {
    expect(() => grantedToken(bytes)).toThrow(/^timestamp: /);
  });

  it('is not kept in any other bytes', () => {
    const more = Buffer.from(responseNamed('good'));
    const status = more.indexOf(Buffer.from('3003020100', 'hex'));
    more[status + 4] = 1;
    expect(grantedToken(more).length).toBeGreaterThan(0);
    expect(() => tokenIn(more)).toThrow('not written as it is kept');
  });
});

describe('a file of authorities', () => {
  it('may hold several, with text between them, and is merged without doubles', () => {
    const both = `subject=x\n${pemOf('root')}\nother text\n${pemOf('between')}`;
    expect(rootsOf(both, 'x')).toHaveLength(2);
    expect(mergedRoots(pemOf('root'), both)).toBe(pemOf('root') + pemOf('between'));
  });

  it.each(['', 'nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'is refused: %j',
    (pem) => {
      expect(() => rootsOf(pem, 'ca.pem')).toThrow('ca.pem');
    },
  );

  it('is refused where it is too large', () => {
    expect(() => rootsOf(pemOf('root').repeat(21), 'ca.pem')).toThrow('expected 1 to 20 PEM certificates');
    expect(() => rootsOf(pemOf('root') + ' '.repeat(70_000), 'ca.pem')).toThrow('at most 65536 bytes');
  });
});

it('the data of the fixtures are what they are', () => {
  expect(DATA.toString()).toBe('what is stamped\n');
});
