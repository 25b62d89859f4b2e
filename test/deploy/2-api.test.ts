import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccessRecord } from '../../src/model/access.ts';
import type { ReportJob } from '../../src/model/report-job.ts';
import { scratch, witnessmark } from '../emulators/support/run.ts';
import { download, finished, requestReport } from './packs.ts';
import { ask, openSignIn, tokenOf } from './people.ts';
import { indexOf, invoke, makeStore, outputs, runMachine, stepsOf } from './stack.ts';

const folder = await scratch('deployed-api');
afterAll(() => rm(folder, { recursive: true, force: true }));

let verifierKey: string;
let assessment: string;
let other: string;
let tokens: Record<'viewer' | 'auditor' | 'compliance' | 'nobody', string>;
beforeAll(async () => {
  verifierKey = String((await makeStore()).verifierKey);
  await openSignIn();
  const { assessed } = stepsOf(await runMachine({ services: ['s3'] })).assessed.step;
  assessment = assessed.find((it) => it.framework === 'soc2-2017')?.assessment ?? '';
  other = assessed.find((it) => it.framework === 'pci-dss-4.0.1')?.assessment ?? '';
  tokens = {
    viewer: await tokenOf('vera', ['viewer']),
    auditor: await tokenOf('alan', ['auditor'], [assessment]),
    compliance: await tokenOf('cora', ['compliance']),
    nobody: await tokenOf('nils', []),
  };
});

const json = async <T>(response: Response): Promise<T> => (await response.json()) as T;

describe('a report through the API of the stack', () => {
  it('is asked for, followed and downloaded, and `verify` accepts it with the key of the stack', async () => {
    const asked = await requestReport({ assessment }, tokens.compliance);
    expect(asked.status).toBe(202);
    const { id } = await json<ReportJob>(asked);
    const job = await finished(id, tokens.compliance);
    expect(job).toMatchObject({ status: 'succeeded', assessment });
    const bytes = await download(id, tokens.auditor);
    const told = job.files?.find((it) => it.name === 'pack.zip');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(told?.sha256);

    const file = join(folder, 'pack.zip');
    await writeFile(file, bytes);
    const verified = await witnessmark(['verify', file, '--key', verifierKey]);
    expect(verified.stdout + verified.stderr).toContain('nothing is wrong with this pack');
    expect(verified.code).toBe(0);
  });

  it('has each read of it in the ledger, under a checkpoint that is signed', async () => {
    expect(await invoke('update-index', {})).toMatchObject({ ok: true });
    const accesses = await accessesOf('downloadReport');
    expect(accesses).toMatchObject([
      { outcome: 'granted', role: 'auditor', by: { name: 'alan' }, asked: { file: 'pack.zip' } },
    ]);
  });
});

async function accessesOf(operation: string): Promise<AccessRecord[]> {
  const index = await indexOf();
  const found: AccessRecord[] = [];
  for await (const { body } of index.bodies('access')) if (body.operation === operation) found.push(body);
  return found;
}

/** The payload of a token with something else in it; its signature is that of the token. */
function altered(token: string, change: object): string {
  const [head, payload = '', signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')), ...change };
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

describe('who may not, is refused', () => {
  it('by the authorizer: nobody, another issuer, an expired token, an altered one, an algorithm of none', async () => {
    const { viewer } = tokens;
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${viewer.split('.')[1]}.`;
    const expired = altered(viewer, { exp: 1 });
    for (const token of [undefined, altered(viewer, { iss: 'https://example.com' }), expired, none, 'nonsense']) {
      expect((await ask('/v1/assessments', token)).status).toBe(401);
    }
  });

  it('by role, by assessment and by id, and each refusal is an entry', async () => {
    expect((await requestReport({ assessment }, tokens.viewer)).status).toBe(403);
    expect((await ask('/v1/assessments', tokens.nobody)).status).toBe(403);
    expect((await ask(`/v1/assessments/${other}`, tokens.auditor)).status).toBe(403);
    expect((await ask(`/v1/assessments/${assessment}`, tokens.auditor)).status).toBe(200);
    expect((await ask('/v1/reports/7b1f0f5e-9a2b-7c3d-8e4f-0123456789ab', tokens.compliance)).status).toBe(404);
    await invoke('update-index', {});
    const refused = (await accessesOf('requestReport')).filter((it) => it.outcome === 'refused');
    expect(refused).toMatchObject([{ by: { name: 'vera' }, role: null, code: 'api-role-refused' }]);
    const foreign = (await accessesOf('getAssessment')).filter((it) => it.outcome === 'refused');
    expect(foreign).toMatchObject([
      { by: { name: 'alan' }, asked: { assessment: other }, code: 'api-assessment-refused' },
    ]);
  });

  it('but everybody may ask whether it answers, and what it takes', async () => {
    expect(await json(await ask('/v1/health', undefined))).toEqual({ status: 'ok' });
    expect(await json(await ask('/v1/openapi.json', undefined))).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
    });
    expect((await outputs()).StoreAddress).toMatch(/^s3:\/\//);
  });
});
