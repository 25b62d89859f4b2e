import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import { collect } from '../../src/app/collect.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import { encodeEntry } from '../../src/ledger/entry.ts';
import { parseVkey } from '../../src/ledger/note.ts';
import { parseProof, verifyProof } from '../../src/ledger/proof.ts';
import type { Entry } from '../../src/model/entry.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { Retrieval } from '../../src/model/retrieval.ts';
import { request } from '../app/demo.ts';
import { VKEY } from '../ledger/helpers.ts';
import { CATALOGUE, OTHER, world } from './support.ts';

const { own, ask, as, store, given } = await world();
const admin = as('admin');
const get = async (path: string) => JSON.parse(await (await ask(admin, path)).text());
interface Item {
  readonly entry: number;
  readonly at: string;
  readonly subject: string;
}

describe('assessments', () => {
  it('have their verdicts, gaps and what could not be collected', async () => {
    const state = await get(`/v1/assessments/${own}`);
    expect(state).toMatchObject({
      id: own,
      framework: { id: 'boxes' },
      period: { from: '2026-10-01', to: '2026-10-02' },
    });
    expect(state.summary.verdicts.not_met).toBe(1);
    expect(state.notCollected[0]).toMatchObject({ failure: { operation: 'demo:GetBox', kind: 'denied' } });
  });

  it('list controls with reasons, by verdict, and one with its failing intervals', async () => {
    const { items } = await get(`/v1/assessments/${own}/controls`);
    expect(items.map((it: { id: string }) => it.id)).toEqual(['B1.1', 'B1.2']);
    expect(items[0]).toMatchObject({ verdict: 'not_met', failing: 1, inconclusive: 1 });
    expect(items[0].reasons.length).toBeGreaterThan(1);
    expect((await get(`/v1/assessments/${own}/controls?verdict=met`)).items).toEqual([]);
    const control = await get(`/v1/assessments/${own}/controls/B1.1`);
    expect(control.sources[0].failing[0]).toMatchObject({ subject: 'arn:aws:demo:::=cmd', to: null });
  });

  it('are tagged, and not sent again while they are the same', async () => {
    const first = await ask(admin, `/v1/assessments/${own}`);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).not.toBe('');
    const again = await ask(admin, `/v1/assessments/${own}`, { headers: { 'if-none-match': tag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });
});

describe('evidence', () => {
  it('comes page by page, each item once, in order, also where many are of one time', async () => {
    const whole: Item[] = (await get('/v1/evidence?limit=500')).items;
    const paged: Item[] = [];
    let cursor = '';
    do {
      const page = await get(`/v1/evidence?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items);
      cursor = page.cursor ?? '';
    } while (cursor !== '');
    expect(paged).toEqual(whole);
    expect(whole.length).toBeGreaterThan(8);
    const keys = whole.map((it) => `${it.at} ${String(it.entry).padStart(8, '0')}`);
    expect(keys).toEqual(keys.toSorted());
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is filtered by source, account, region, subject, run and time', async () => {
    const [first] = (await Array.fromAsync(store.index.evidence({}))).map((it) => it.evidence);
    const count = async (query: string): Promise<number> => (await get(`/v1/evidence?limit=500&${query}`)).items.length;
    const all = await count('');
    const filters = [
      'source=check:demo-box-young',
      `account=${OTHER}`,
      'region=eu-west-1',
      'subject=arn:aws:demo:::a',
      `run=${first?.run}`,
      'from=2026-10-02T00:00:00.000Z',
      'to=2026-10-01T23:00:00.000Z',
    ];
    for (const filter of filters.filter((it) => !it.startsWith('region'))) {
      expect(await count(filter), filter).toBeGreaterThan(0);
      expect(await count(filter), filter).toBeLessThan(all);
    }
    expect(await count('region=eu-west-1')).toBe(all);
    expect(await count('region=us-east-1')).toBe(0);
  });

  it('is exported whole, with formulas neutralised', async () => {
    const answer = await ask(admin, '/v1/evidence.csv?source=check:demo-box-locked');
    const text = await answer.text();
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="evidence.csv"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { items } = await get('/v1/evidence?limit=500&source=check:demo-box-locked');
    expect(text.trim().split('\r\n')).toHaveLength(items.length + 1);
    expect(text).toContain(",'=cmd,");
  });

  it('of one entry has a proof that holds, over exactly the evidence that is shown', async () => {
    const { items } = await get('/v1/evidence?limit=1');
    const found: { evidence: Evidence; sealed: Entry; proof: string; hash: string } = await get(
      `/v1/evidence/${items[0].entry}`,
    );
    expect(sha256Hex(canonicalize(found.evidence))).toBe(found.hash);
    expect(found.sealed.body).toBe(`sha256:${found.hash}`);
    const proof = parseProof(Buffer.from(found.proof));
    expect(verifyProof(proof, encodeEntry(found.sealed), [parseVkey(VKEY)]).size).toBeGreaterThan(items[0].entry);
    expect(proof.index).toBe(items[0].entry);
    const { index, proof: again } = await get(`/v1/ledger/entries/${items[0].entry}`);
    expect([index, parseProof(Buffer.from(again)).index]).toEqual([proof.index, proof.index]);
  });

  it('leads to the recorded call, whole', async () => {
    const { items } = await get('/v1/evidence?limit=1');
    const { evidence } = await get(`/v1/evidence/${items[0].entry}`);
    const call = Retrieval.parse(await get(`/v1/evidence/${items[0].entry}/retrievals/0`));
    expect(call.sha256).toBe(evidence.retrievals[0].sha256);
    expect(sha256Hex(canonicalize(call.answer ?? call.error))).toBe(call.sha256);
    const beyond = await ask(admin, `/v1/evidence/${items[0].entry}/retrievals/99`);
    expect(beyond.status).toBe(404);
  });

  it('is answered only with its access on record: who, as what, what', async () => {
    const before = given.length;
    await get('/v1/evidence?limit=3&account=111122223333');
    expect(given.slice(before)).toEqual([
      {
        by: { subject: 'admin-1', issuer: 'https://issuer.example', name: 'Robin Okafor' },
        role: 'admin',
        operation: 'listEvidence',
        assessment: null,
        asked: { limit: '3', account: '111122223333' },
        requestId: expect.any(String),
        outcome: 'granted',
      },
    ]);
  });

  it('is not answered where its access cannot be recorded', async () => {
    const { ask: asking, as: acting, store: broken, logged } = await world();
    const create = broken.objects.create;
    Object.assign(broken.objects, { create: async () => Promise.reject(new Error('no space')) });
    const answer = await asking(acting('admin'), '/v1/evidence');
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      500,
      expect.not.stringContaining('no space'),
    ]);
    expect(logged).toHaveLength(1);
    Object.assign(broken.objects, { create });
    expect((await asking(acting('admin'), '/v1/evidence')).status).toBe(200);
  });
});

describe('an export of thousands', () => {
  it('is whole, and holds up nobody who writes while it is read slowly', async () => {
    const { ask: asking, as: acting, store: large, folder, recorded } = await world();
    const boxes = Object.fromEntries(Array.from({ length: 1100 }, (_, at) => [`b${at}`, { locked: true }]));
    await collect(large, request(10, { boxes }, { catalogue: CATALOGUE }));
    const answer = await asking(acting('admin'), '/v1/evidence.csv?from=2026-10-10T00:00:00.000Z');
    const reader = answer.body?.getReader();
    let text = Buffer.from((await reader?.read())?.value ?? '').toString();
    // Another process takes in new entries, and this one after it.
    const index = sqliteIndex(join(folder, 'index.sqlite'));
    await collect({ ...large, index }, request(11, { boxes: {} }, { catalogue: CATALOGUE }));
    expect((await recorded()).at(-1)).toMatchObject({ operation: 'exportEvidence' });
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read())
      text += Buffer.from(next.value).toString();
    const entries = text
      .trim()
      .split('\r\n')
      .slice(1)
      .map((it) => Number(it.split(',')[0]));
    const sealed = (
      await Array.fromAsync(
        large.index.evidence({
          run:
            (await Array.fromAsync(large.index.bodies('plan'))).find((it) => it.body.at.startsWith('2026-10-10'))?.body
              .run ?? '',
        }),
      )
    ).map((it) => it.index);
    expect(sealed.length).toBeGreaterThan(2200);
    expect(entries).toEqual(sealed);
  });
});

describe('runs', () => {
  it('are listed in numbers, and one has the real errors', async () => {
    const { items } = await get('/v1/runs');
    expect(items).toHaveLength(4);
    expect(items[0]).toMatchObject({ state: 'incomplete', failedTasks: 1 });
    const run = await get(`/v1/runs/${items[0].id}`);
    expect(run.failed[0].failures[0]).toMatchObject({ operation: 'demo:GetBox', name: 'AccessDenied' });
  });

  it('of an assessment are those of its period and scope', async () => {
    const { items } = await get(`/v1/runs?assessment=${own}`);
    expect(items.map((it: { startedAt: string }) => it.startedAt.slice(0, 10))).toEqual(['2026-10-01', '2026-10-02']);
  });
});

describe('the ledger', () => {
  it('gives its checkpoint and keys as text', async () => {
    expect(await (await ask(admin, '/v1/ledger/checkpoint')).text()).toContain('\n\n');
    expect(await (await ask(admin, '/v1/ledger/verifier-keys')).text()).toBe(`${VKEY}\n`);
  });

  it('lists accesses, its own reading of them too the next time', async () => {
    await get('/v1/accesses?limit=1');
    const { items } = await get('/v1/accesses?limit=500');
    expect(items.at(-1)).toMatchObject({ operation: 'listAccesses', outcome: 'granted', entry: expect.any(Number) });
    const entries = items.map((it: { entry: number }) => it.entry);
    expect(entries).toEqual(entries.toSorted((a: number, b: number) => a - b));
  });
});
