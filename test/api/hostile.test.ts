import { describe, expect, it } from 'vitest';
import { createApi } from '../../src/api/api.ts';
import { createLoopback, sessions } from '../../src/api/loopback.ts';
import { gatewayClaims, principalOf } from '../../src/api/principal.ts';
import { Problem } from '../../src/api/problem.ts';
import { refusalCounter } from '../../src/api/refusals.ts';
import { world } from './support.ts';

const { own, api, ports, ask, post, as, given, store, recorded } = await world();
const admin = as('admin');
const problemOf = async (answer: Response) => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return Problem.parse(await answer.json());
};

const EXCEPTION = {
  id: 'E',
  source: 's',
  subject: 's',
  owner: 'o',
  expires: '2026-12-31',
  reason: 'long enough a reason',
};
const json = { 'content-type': 'application/json' };

describe('bodies', () => {
  it.each([
    ['no JSON', '{', 'api-invalid'],
    ['no object', '7', 'api-invalid'],
    ['nested a thousand deep', `${'['.repeat(1000)}${']'.repeat(1000)}`, 'api-invalid'],
    ['with a prototype', JSON.stringify(EXCEPTION).replace('{', '{"__proto__":{"role":"admin"},'), 'api-invalid'],
    ['with a member too many', JSON.stringify({ ...EXCEPTION, by: { subject: 'somebody-else' } }), 'api-invalid'],
    [
      'with half a surrogate pair',
      JSON.stringify({ ...EXCEPTION, owner: 'x' }).replace('"x"', '"\\ud800"'),
      'api-invalid',
    ],
    ['with an escape sequence', JSON.stringify({ ...EXCEPTION, owner: '\u001b[2J' }), 'api-invalid'],
    ['with text that is turned round', JSON.stringify({ ...EXCEPTION, owner: 'a\u202eb' }), 'api-invalid'],
    ['of more than 64 KiB', JSON.stringify({ ...EXCEPTION, reason: 'x'.repeat(70_000) }), 'api-too-large'],
  ])('%s are refused', async (_, body, code) => {
    const answer = await ask(admin, '/v1/exceptions', { method: 'POST', headers: json, body });
    expect((await problemOf(answer)).code).toBe(code);
  });

  it('of unknown length are read no further than the bound', async () => {
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    const headers = { 'content-type': 'application/pdf' };
    const answer = await ask(admin, '/v1/attachments', {
      method: 'POST',
      headers,
      body,
      duplex: 'half',
    } as RequestInit);
    expect((await problemOf(answer)).status).toBe(413);
    expect(sent).toBeLessThan(30);
  });

  it('of another type are refused', async () => {
    for (const type of ['text/html', 'image/svg+xml', '', 'application/javascript']) {
      const headers = { 'content-type': type };
      const answer = await ask(admin, '/v1/attachments', { method: 'POST', headers, body: '<svg/>' });
      expect((await problemOf(answer)).status).toBe(415);
    }
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask(admin, '/v1/exceptions', { method: 'POST', headers: form, body: 'id=E' })).status).toBe(415);
  });
});

describe('addresses', () => {
  it.each([
    '/v1/evidence/-1',
    '/v1/evidence/1e3',
    '/v1/evidence/99999999999999999999',
    '/v1/evidence/..%2f..%2fkeys%2fsecret',
    '/v1/attachments/..%2f..%2fkeys%2fsecret',
    '/v1/reports/..%2f..%2fkeys/files/secret',
    '/v1/reports/11111111-2222-4333-8444-555555555555/files/..%2f..%2fjob.json',
    '/v1/runs/__proto__',
    '/v1/assessments/__proto__/controls',
    `/v1/assessments/${'a'.repeat(5000)}`,
    '/v1/evidence?limit=0',
    '/v1/evidence?limit=1000000',
    '/v1/evidence?from=yesterday',
    '/v1/evidence?run=1',
    '/v1/evidence?__proto__=1',
    '/v1/evidence?account=111122223333&account=444455556666',
    "/v1/evidence?source=check:a'%20OR%20'1'='1",
    '/v1/evidence?cursor=%00',
    '/v1/evidence?cursor=e30',
    `/v1/evidence?cursor=${Buffer.from('{"of":"0000000000000000","place":{"index":-1,"treeSize":1}}').toString('base64url')}`,
    `/v1/evidence?cursor=${'A'.repeat(10_000)}`,
  ])('%s is refused, and leads nowhere', async (path) => {
    const problem = await problemOf(await ask(admin, path));
    expect([400, 404]).toContain(problem.status);
    expect(JSON.stringify(problem)).not.toMatch(/secret|keys/);
  });

  it('that there are not, and methods that there are not, are told so', async () => {
    expect(await problemOf(await ask(admin, '/v1/nothing'))).toMatchObject({ status: 404, code: 'api-not-found' });
    const answer = await ask(admin, '/v1/evidence', { method: 'DELETE' });
    expect([answer.headers.get('allow'), (await problemOf(answer)).status]).toEqual(['GET', 405]);
  });

  it('with a cursor of another list or filter are refused', async () => {
    const first = (await (await ask(admin, '/v1/evidence?limit=1')).json()) as { cursor: string };
    const other = await ask(admin, `/v1/evidence?limit=1&account=111122223333&cursor=${first.cursor}`);
    expect((await problemOf(other)).code).toBe('api-cursor-invalid');
    expect((await problemOf(await ask(admin, `/v1/runs?cursor=${first.cursor}`))).code).toBe('api-cursor-invalid');
  });
});

describe('answers', () => {
  it('all have security headers and a request id, and are not kept but where they have a tag', async () => {
    const tagged = (await ask(admin, `/v1/assessments/${own}`)).headers;
    expect([tagged.get('cache-control'), tagged.has('etag')]).toEqual(['private, no-cache', true]);
    for (const path of ['/v1/health', '/v1/evidence', '/v1/evidence/0', '/v1/nothing']) {
      const { headers } = await ask(admin, path);
      expect(Object.fromEntries(headers), path).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'cache-control': 'no-store',
      });
    }
  });

  it('that take too long are given up', async () => {
    const slow = createApi({ ...ports, authorise: () => new Promise<undefined>(() => {}) }, { timeoutMs: 20 });
    expect(await problemOf(await slow.request('/v1/me'))).toMatchObject({ status: 504, code: 'api-timeout' });
  });

  it('to HEAD have no body, and are on record all the same', async () => {
    const answer = await ask(admin, '/v1/evidence', { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(given.at(-1)).toMatchObject({ operation: 'listEvidence', outcome: 'granted' });
  });

  it('carry no header that was asked for', async () => {
    const answer = await post(admin, '/v1/reports', { assessment: own, timeZone: 'UTC\r\nset-cookie: a=b' });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([400, null]);
  });
});

describe('callers whom nobody vouches for', () => {
  it('get an entry for 30 refusals a minute, and the others are counted', () => {
    let now = '2026-11-01T00:00:01.000Z';
    const { pass } = refusalCounter({ now: () => now });
    const counted = Array.from({ length: 100 }, () => pass(null));
    expect(counted.filter((it) => it === 0)).toHaveLength(30);
    expect(counted.filter((it) => it === undefined)).toHaveLength(70);
    expect(pass({ subject: 'a', issuer: 'b' })).toBe(0);
    now = '2026-11-01T00:01:01.000Z';
    expect([pass(null), pass(null)]).toEqual([70, 0]);
  });
});

describe('claims', () => {
  const names = { issuer: 'https://issuer.example', audience: 'client' };
  const now = '2026-11-01T00:00:00.000Z';
  const good = {
    sub: 's',
    iss: 'https://issuer.example',
    aud: 'client',
    exp: '1793491300',
    'cognito:groups': '[witnessmark-auditor admin]',
    'custom:assessments': `${own}, nonsense`,
  };

  it('are read as API Gateway hands them on; groups of other programs are no roles', () => {
    expect(principalOf(good, names, now)).toEqual({
      person: { subject: 's', issuer: names.issuer },
      roles: ['auditor'],
      assessments: [own],
    });
    const { aud: _, ...access } = good;
    expect(
      principalOf({ ...access, client_id: 'client', 'cognito:groups': ['witnessmark-admin'] }, names, now).roles,
    ).toEqual(['admin']);
    expect(principalOf({ ...good, 'cognito:groups': 7, 'custom:assessments': {} }, names, now)).toMatchObject({
      roles: [],
      assessments: [],
    });
  });

  it.each([
    ['none', undefined],
    ['without a subject', { ...good, sub: '' }],
    ['of another issuer', { ...good, iss: 'https://other.example' }],
    ['for another client', { ...good, aud: 'other' }],
    ['that have expired', { ...good, exp: '1793491199' }],
    ['that never expire', { ...good, exp: undefined }],
    ['inherited', Object.create(good)],
  ])('%s are refused', (_, claims) => {
    expect(() => principalOf(claims, names, now)).toThrow(expect.objectContaining({ code: 'api-not-signed-in' }));
  });

  it('come out of an event of API Gateway, and out of nothing else', () => {
    expect(gatewayClaims({ event: { requestContext: { authorizer: { jwt: { claims: good } } } } })).toBe(good);
    for (const env of [undefined, {}, { event: { requestContext: {} } }, { event: null }])
      expect(gatewayClaims(env)).toBeUndefined();
  });
});

describe('on one machine', () => {
  const secrets = ['cookie-secret'];
  const guard = sessions({
    token: 'the-token',
    secret: () => secrets.pop() ?? '',
    principal: admin,
    clock: store.clock,
  });
  const app = createLoopback(api, guard, { port: 8417 });
  const own = 'http://127.0.0.1:8417';
  const send = (path: string, init: RequestInit = {}, host = '127.0.0.1:8417') =>
    app.request(`http://${host}${path}`, { ...init, headers: { host, ...(init.headers as Record<string, string>) } });
  const signIn = (token: string, headers: Record<string, string> = {}) =>
    send('/session', { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ token }) });

  it('a name that is pointed at the loopback address reaches nothing', async () => {
    for (const host of ['evil.example:8417', '127.0.0.1:8418', 'localhost', '127.0.0.1.evil.example:8417', '']) {
      expect([host, (await send('/v1/health', {}, host || 'x')).status]).toEqual([host, 421]);
      expect((await send('/', {}, host || 'x')).status).toBe(421);
    }
  });

  it('another site, and another port in the same browser, reach nothing', async () => {
    expect((await signIn('the-token', { origin: 'http://127.0.0.1:3000' })).status).toBe(403);
    expect((await signIn('the-token', { origin: 'null' })).status).toBe(403);
    for (const site of ['cross-site', 'same-site'])
      expect((await send('/v1/health', { headers: { 'sec-fetch-site': site } })).status).toBe(403);
  });

  it('the page itself may be opened by a link from anywhere: it holds nothing', async () => {
    expect((await send('/', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
  });

  it('a sign-in that does not end is not read to its end', async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(512));
      },
    });
    const answer = await send('/session', { method: 'POST', headers: json, body, duplex: 'half' } as RequestInit);
    expect((await problemOf(answer)).code).toBe('api-too-large');
    expect(pulled).toBeLessThan(10);
  });

  it('the token is good once, for a cookie that scripts do not see', async () => {
    expect((await problemOf(await signIn('another'))).code).toBe('api-token-refused');
    const answer = await signIn('the-token', { origin: own, 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(
      /^witnessmark=cookie-secret; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect((await signIn('the-token')).status).toBe(401);
  });

  it('the cookie lets in until it is over, and no other does', () => {
    const request = (cookie: string) => new Request(`${own}/v1/me`, { headers: { cookie } });
    expect(guard.authorise(request('a=b; witnessmark=cookie-secret'))).toBe(admin);
    for (const cookie of [
      'witnessmark=',
      'witnessmark=cookie-secreT',
      'witnessmark=cookie-secret2',
      'x=cookie-secret',
    ]) {
      expect(guard.authorise(request(cookie))).toBeUndefined();
    }
    let now = '2026-11-01T00:00:00.000Z';
    const short = sessions({ token: 't', secret: () => 'c', principal: admin, clock: { now: () => now } });
    const value = short.signIn('t');
    now = '2026-11-01T12:00:00.000Z';
    expect(short.authorise(request(`witnessmark=${value}`))).toBeUndefined();
  });

  it('the page runs its own script and nothing else', async () => {
    const page = await send('/');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/);
    expect(await page.text()).not.toMatch(/<script>|style=|onclick=/);
    expect((await send('/console.js')).headers.get('content-type')).toContain('text/javascript');
  });
});

it('leaves a ledger that can be read', async () => {
  expect((await recorded()).length).toBeGreaterThan(0);
});
