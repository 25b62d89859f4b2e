import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/api/principal.ts';
import { Problem } from '../../src/api/problem.ts';
import type { Route } from '../../src/api/route.ts';
import { ROUTES } from '../../src/api/routes.ts';
import { Role } from '../../src/model/access.ts';
import { world } from './support.ts';

const UUID = '11111111-2222-4333-8444-555555555555';
const { own, foreign, ask, as, given, recorded, audit, store } = await world();
const [row] = await Array.fromAsync(store.index.evidence({ source: 'check:demo-box-locked' }));
const entry = String(row?.index);
const [foreignRow] = await Array.fromAsync(store.index.evidence({ account: '444455556666' }));

/** A request that each route understands, about the assessment. */
const values = (assessment: string): Record<string, string> => ({
  assessment,
  control: 'B1.1',
  entry,
  number: '0',
  run: String(row?.evidence.run),
  statement: UUID,
  sha256: '0'.repeat(64),
  report: UUID,
  file: 'report.pdf',
});

function requestOf({ path, method, query, body }: Route, assessment: string | undefined): [string, RequestInit] {
  const known = values(assessment ?? own);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known[name] ?? 'missing');
  const search = 'assessment' in query.shape && assessment !== undefined ? `?assessment=${assessment}` : '';
  if (method === 'get') return [filled + search, {}];
  const isFile = body !== undefined && 'mediaTypes' in body;
  const type = isFile ? 'application/pdf' : 'application/json';
  return [filled, { method: 'POST', headers: { 'content-type': type }, body: isFile ? '%PDF-1.7' : '{}' }];
}

async function asked(principal: Principal | null, route: Route, assessment: string | null = own) {
  const before = given.length;
  const [path, init] = requestOf(route, assessment ?? undefined);
  const answer = await ask(principal, path, init);
  const body = answer.headers.get('content-type')?.includes('json') ? await answer.json() : await answer.text();
  return { status: answer.status, answer, body, entries: given.slice(before) };
}

/** Refused, told as a problem, and on record. */
function expectRefusal(
  { status, answer, body, entries }: Awaited<ReturnType<typeof asked>>,
  route: Route,
  expected: number,
) {
  expect(status).toBe(expected);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(body);
  expect(entries).toEqual([
    expect.objectContaining({ operation: route.operation, outcome: 'refused', code: problem.code }),
  ]);
}

const guarded = ROUTES.filter((it) => it.roles !== 'everybody');

describe.each(guarded.map((route) => [route.operation, route] as const))('%s', (_, route) => {
  it('is for its roles and for no others', async () => {
    for (const role of Role.options) {
      const found = await asked(as(role, [own]), route);
      if (route.roles.includes(role))
        expect([401, 403, 500], `${role}: ${JSON.stringify(found.body)}`).not.toContain(found.status);
      else expectRefusal(found, route, 403);
    }
  });

  it('is refused to somebody without a role, and to nobody', async () => {
    expectRefusal(await asked(as(undefined), route), route, 403);
    const nobody = await asked(null, route);
    expectRefusal(nobody, route, 401);
    expect(nobody.entries[0]).toMatchObject({ by: null, role: null });
  });
});

const limited = guarded.filter(
  (it) => it.roles.includes('auditor') && ('assessment' in it.params.shape || 'assessment' in it.query.shape),
);

describe.each(limited.map((route) => [route.operation, route] as const))('%s, to an auditor', (_, route) => {
  it('is refused of an assessment that is not theirs, and of none where they may see several or none', async () => {
    expectRefusal(await asked(as('auditor', [own]), route, foreign), route, 403);
    if ('assessment' in route.params.shape) return;
    expectRefusal(await asked(as('auditor', [own, foreign]), route, null), route, 403);
  });
});

describe('an auditor', () => {
  it('gets their one assessment where they name none', async () => {
    const answer = await ask(as('auditor', [own]), '/v1/evidence');
    const { items } = (await answer.json()) as { items: { account: string; at: string }[] };
    expect(items.length).toBeGreaterThan(0);
    expect(items.every((it) => it.account === '111122223333' && it.at < '2026-10-03')).toBe(true);
  });

  it('is refused evidence of another account and of after the period, by its index', async () => {
    const later = (await Array.fromAsync(store.index.evidence({ from: '2026-10-09T00:00:00.000Z' })))[0];
    for (const index of [foreignRow?.index, later?.index]) {
      const answer = await ask(as('auditor', [own]), `/v1/evidence/${index}?assessment=${own}`);
      expect(await answer.json()).toMatchObject({ status: 403, code: 'api-assessment-refused' });
    }
    expect((await ask(as('auditor', [own]), `/v1/evidence/${entry}`)).status).toBe(200);
  });

  it('sees none but their assessments in the list', async () => {
    const list = async (mine: string[]) =>
      ((await (await ask(as('auditor', mine), '/v1/assessments')).json()) as { items: { id: string }[] }).items;
    expect((await list([own])).map((it) => it.id)).toEqual([own]);
    expect(await list([])).toEqual([]);
  });
});

it('leaves a ledger that holds each of these accesses and audits clean', async () => {
  const sealed = await recorded();
  expect(given.length).toBeGreaterThan(100);
  expect(sealed.map((it) => [it.requestId, it.outcome])).toEqual(given.map((it) => [it.requestId, it.outcome]));
  expect((await audit()).findings.filter((it) => it.severity === 'error')).toEqual([]);
});
