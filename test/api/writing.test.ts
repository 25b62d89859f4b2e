import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assessPinned } from '../../src/app/assess.ts';
import { assessments, definitionAt } from '../../src/app/assessments.ts';
import { writePack } from '../../src/app/report.ts';
import { sha256Hex } from '../../src/ledger/canonical.ts';
import { memorySink } from '../../src/pack/sink.ts';
import { documentKeys } from '../pack/keys.ts';
import { failedSteps, verified } from '../pack/pack.ts';
import { ASK, world } from './support.ts';

const { document, rootPem, signingPem } = await documentKeys();
const { own, foreign, ask, post, as, folder, store, audit, given, recorded } = await world();
const who = as('compliance');
const auditor = as('auditor', [own]);
const get = async (path: string, principal = who) => JSON.parse(await (await ask(principal, path)).text());
const assess = (more: object = {}) =>
  post(who, '/v1/assessments', {
    framework: 'boxes',
    from: '2026-10-01',
    to: '2026-10-02',
    accounts: ['111122223333'],
    regions: ['eu-west-1'],
    coverageThreshold: 0.5,
    ...more,
  });
const EXCEPTION = {
  id: 'EX-1',
  source: 'check:demo-box-locked',
  subject: 'arn:aws:demo:::=cmd',
  owner: 'Dana Levy',
  expires: '2026-12-31',
  reason: 'It is emptied each night and holds copies.',
};

// One after another, as people go: each step stands on the one before.
describe('statements', () => {
  it('are sealed with who stated them, by the word of the identity provider', async () => {
    const answer = await post(who, '/v1/exceptions', { ...EXCEPTION, framework: 'boxes', approved: '2026-10-01' });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toMatchObject({
      by: { subject: 'compliance-1', issuer: 'https://issuer.example' },
      role: 'compliance',
      says: { type: 'exception', exception: { id: 'EX-1', approver: 'Robin Okafor', approved: '2026-10-01' } },
      ended: null,
    });
  });

  it('count from the next assessment on, and leave those before as they were', async () => {
    const verdict = async (query = '') =>
      (await get(`/v1/assessments/${own}/controls/B1.1${query}`)).sources[0].failing[0].exception;
    expect(await verdict()).toBeNull();
    const answer = await assess();
    expect(answer.status).toBe(201);
    const { versions, id } = (await answer.json()) as { id: string; versions: { entry: number }[] };
    expect([id, versions.length, answer.headers.get('location')]).toEqual([own, 2, `/v1/assessments/${own}`]);
    expect(await verdict()).toBe('EX-1');
    expect(await verdict(`?version=${versions[0]?.entry}`)).toBeNull();
  });

  it('make no new version where nothing was stated or collected', async () => {
    const { versions } = (await (await assess()).json()) as { versions: unknown[] };
    expect(versions).toHaveLength(2);
  });

  it('of an exception take the place of the one with the same id, and end when they are withdrawn', async () => {
    const second = (await (await post(who, '/v1/exceptions', { ...EXCEPTION, owner: 'Sam Petrov' })).json()) as {
      id: string;
      entry: number;
    };
    interface Listed {
      readonly says: { readonly exception: { readonly owner: string } };
      readonly ended: { readonly entry: number } | null;
    }
    const list = async (query = ''): Promise<Listed[]> => (await get(`/v1/exceptions${query}`)).items;
    expect((await list()).map((it) => [it.says.exception.owner, it.ended?.entry])).toEqual([
      ['Dana Levy', second.entry],
      ['Sam Petrov', undefined],
    ]);
    const reason = 'The risk is not accepted any more.';
    const withdraw = () => post(who, `/v1/statements/${second.id}/withdrawal`, { reason });
    expect((await withdraw()).status).toBe(201);
    expect(await (await withdraw()).json()).toMatchObject({ status: 409, code: 'statement-ended' });
    expect(await list('?inForce=true')).toEqual([]);
    expect(await list('?inForce=false')).toHaveLength(2);
    await assess();
    expect((await get(`/v1/assessments/${own}/controls/B1.1`)).sources[0].failing[0].exception).toBeNull();
  });

  it('about what there is not are refused, since they would count nowhere', async () => {
    const attestation = {
      framework: 'boxes',
      control: 'B1.1',
      ask: ASK,
      expires: '2027-10-01',
      statement: 'The plan was reviewed and approved.',
    };
    const codes = async (...answers: Promise<Response>[]) =>
      (await Promise.all(answers.map(async (it) => (await it).json()))).map((it) => (it as { code: string }).code);
    expect(
      await codes(
        post(who, '/v1/attestations', { ...attestation, control: 'B9' }),
        post(who, '/v1/attestations', { ...attestation, framework: 'lids' }),
        post(who, '/v1/attestations', { ...attestation, ask: 'Something else entirely' }),
        post(who, '/v1/attestations', {
          ...attestation,
          attachment: { sha256: '1'.repeat(64), mediaType: 'application/pdf' },
        }),
        post(who, '/v1/exceptions', { ...EXCEPTION, framework: 'boxes', control: 'B9' }),
      ),
    ).toEqual(Array(5).fill('api-unknown-reference'));
    expect(await codes(post(who, '/v1/exceptions', { ...EXCEPTION, expires: '2020-01-01' }))).toEqual(['api-invalid']);
  });

  it('of a control hold a file, which only those who may see the attestation get, to be saved', async () => {
    const bytes = Buffer.from('%PDF-1.7 <script>alert(1)</script>');
    const upload = await ask(who, '/v1/attachments', {
      method: 'POST',
      headers: { 'content-type': 'application/pdf' },
      body: bytes,
    });
    const { sha256 } = (await upload.json()) as { sha256: string };
    expect([upload.status, sha256]).toEqual([201, sha256Hex(bytes)]);
    expect((await ask(who, `/v1/attachments/${sha256}`)).status).toBe(404);
    const attested = await post(who, '/v1/attestations', {
      framework: 'boxes',
      control: 'B1.1',
      ask: ASK,
      on: '2026-10-01',
      expires: '2027-10-01',
      statement: 'The plan was reviewed and approved.',
      attachment: { sha256, mediaType: 'application/pdf' },
    });
    expect(attested.status).toBe(201);
    const file = await ask(auditor, `/v1/attachments/${sha256}`);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(file.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${sha256}"`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    await assess();
    const { manual } = await get(`/v1/assessments/${own}/controls/B1.1`);
    expect(manual[0]).toMatchObject({ status: 'valid', attestation: { by: 'Robin Okafor', attachment: sha256 } });
  });

  it('of a review are about one assessment', async () => {
    const review = { control: 'B1.1', conclusion: 'not_effective', comment: 'Two boxes stood open for days.' };
    expect((await post(who, '/v1/reviews', { ...review, assessment: own })).status).toBe(201);
    await assess();
    expect((await get(`/v1/assessments/${own}/controls/B1.1`)).review).toMatchObject({ reviewer: 'Robin Okafor' });
    expect((await get(`/v1/assessments/${foreign}/controls/B1.1`)).review).toBeNull();
    expect((await get(`/v1/reviews?assessment=${own}`, auditor)).items).toHaveLength(1);
    const other = await get(`/v1/reviews?assessment=${foreign}`, as('auditor', [foreign]));
    expect(other.items).toEqual([]);
  });

  it('are in the pack with their proofs, the same bytes however often it is made', async () => {
    const signed = { ...store, documentSigner: document, certificates: { rootPem, signingPem } };
    const make = async () => {
      const version = (await assessments(store)).find((it) => it.id === own)?.versions.at(-1);
      if (version === undefined) throw new Error('no version');
      const sink = memorySink();
      await writePack(signed, await assessPinned(signed, await definitionAt(store, version), version), sink);
      return sink.files;
    };
    const files = await make();
    const bodies = Buffer.from(files.get('data/evidence/bodies.jsonl') ?? '')
      .toString()
      .trim()
      .split('\n')
      .map((it) => JSON.parse(it));
    const quoted = bodies.filter((it) => it.kind === 'statement').map((it) => it.says.type);
    expect(quoted).toEqual(['attestation', 'review']);
    expect(bodies.some((it) => it.kind === 'access')).toBe(false);
    expect(failedSteps(await verified(files))).toEqual([]);
    await post(who, '/v1/exceptions', { ...EXCEPTION, id: 'EX-9' });
    const again = await make();
    expect([...again.keys()]).toEqual([...files.keys()]);
    for (const [path, bytes] of files)
      expect(Buffer.from(again.get(path) ?? '').equals(Buffer.from(bytes)), path).toBe(true);
  });
});

describe('reports', () => {
  it('are asked for, followed, and downloaded whole, each download on record', async () => {
    const asked = await post(who, '/v1/reports', { assessment: own });
    expect(asked.status).toBe(202);
    const where = asked.headers.get('location') ?? '';
    let job = await get(where, auditor);
    for (let round = 0; round < 100 && job.status !== 'succeeded'; round++) {
      await new Promise((done) => setTimeout(done, 20));
      job = await get(where, auditor);
    }
    expect(job).toMatchObject({ status: 'succeeded', requestedBy: { subject: 'compliance-1' }, assessment: own });
    const before = given.length;
    const file = await ask(auditor, `${where}/files/pack.zip`);
    expect([await file.text(), file.headers.get('content-disposition')]).toEqual([
      'pack.zip of it',
      'attachment; filename="boxes-2026-10-02.zip"',
    ]);
    expect(given.slice(before)).toMatchObject([
      { operation: 'downloadReport', role: 'auditor', asked: { report: job.id, file: 'pack.zip' } },
    ]);
    for (const name of ['job.json', 'other.csv'])
      expect((await ask(auditor, `${where}/files/${name}`)).status).toBe(404);
  });

  it('of another assessment are refused to an auditor, and are not in their list', async () => {
    const { id } = (await (await post(who, '/v1/reports', { assessment: foreign })).json()) as { id: string };
    for (const path of [`/v1/reports/${id}`, `/v1/reports/${id}/files/pack.zip`]) {
      expect(await (await ask(auditor, path)).json()).toMatchObject({ status: 403, code: 'api-assessment-refused' });
    }
    expect((await get('/v1/reports', auditor)).items.map((it: { assessment: string }) => it.assessment)).toEqual([own]);
  });
});

it('leaves a ledger that audits clean, and an audit that sees a changed attachment', async () => {
  await recorded();
  expect((await audit()).findings).toEqual([]);
  const [name = ''] = readdirSync(join(folder, 'attachments'));
  writeFileSync(join(folder, 'attachments', name), 'another plan');
  expect((await audit()).findings).toMatchObject([
    { code: 'ledger-attachment-altered', object: `attachments/${name}` },
  ]);
  expect((await ask(who, `/v1/attachments/${name}`)).status).toBe(500);
  rmSync(join(folder, 'attachments', name));
  expect((await audit()).findings).toMatchObject([{ code: 'ledger-attachment-missing' }]);
});
