import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { cli, RECORDING, scratch } from '../cli/run.ts';

const folder = scratch();
const store = join(folder, 'store');
const started: ChildProcess[] = [];
afterAll(() => {
  for (const it of started) it.kill('SIGKILL');
});

/** Starts the server as a user would, on a free port. */
async function serve(...options: string[]) {
  const child = spawn(process.execPath, [
    'bin/witnessmark.mjs',
    'serve',
    '--store',
    store,
    '--port',
    '0',
    '--json',
    ...options,
  ]);
  started.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  return { child, url, token };
}

async function signedIn(url: string, token: string) {
  const answer = await fetch(`${url}/session`, { method: 'POST', body: JSON.stringify({ token }) });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { cookie, 'content-type': 'application/json' } });
  const get = async (path: string) => JSON.parse(await (await ask(path)).text());
  return { status: answer.status, ask, get };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = 'SIGINT') {
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return code as number | null;
}

async function followed({ get }: Pick<Awaited<ReturnType<typeof signedIn>>, 'get'>, where: string) {
  for (;;) {
    const job = await get(where);
    if (!['queued', 'running'].includes(job.status)) return job;
    await new Promise((done) => setTimeout(done, 200));
  }
}

const auditOf = () => cli('audit', '--store', store, '--json').json();

// One after another, as a user goes: each step stands on the one before.
describe('witnessmark serve', () => {
  it('lists, makes a report, gives it out, and stops on Ctrl-C with every access in the ledger', async () => {
    expect(cli('collect', '--from', RECORDING, '--store', store, '--quiet').status).toBe(3);
    const { child, url, token } = await serve();
    const { status, ask, get } = await signedIn(url, token);
    expect(status).toBe(204);
    expect((await fetch(`${url}/v1/assessments`)).status).toBe(401);
    expect((await signedIn(url, token)).status).toBe(401);
    const body = JSON.stringify({ framework: 'hipaa-security-rule' });
    const { id } = (await (await ask('/v1/assessments', { method: 'POST', body })).json()) as { id: string };
    expect((await get('/v1/assessments')).items.map((it: { id: string }) => it.id)).toEqual([id]);
    const asked = await ask('/v1/reports', { method: 'POST', body: JSON.stringify({ assessment: id }) });
    expect(asked.status).toBe(202);
    // While it is being made, another process collects, and requests are answered.
    expect(cli('collect', '--from', RECORDING, '--store', store, '--quiet').status).toBe(3);
    expect((await ask('/v1/evidence?limit=5')).status).toBe(200);
    const where = asked.headers.get('location') ?? '';
    const job = await followed({ get }, where);
    expect(job).toMatchObject({ status: 'succeeded', stage: 'packing', written: expect.any(Number) });
    for (const { name, bytes } of job.files) {
      const file = Buffer.from(await (await ask(`${where}/files/${name}`)).arrayBuffer());
      expect([name, file.length]).toEqual([name, bytes]);
      writeFileSync(join(folder, name), file);
    }
    const verified = cli(
      'verify',
      join(folder, 'pack.zip'),
      '--key',
      join(store, 'trust/checkpoint.vkey'),
      '--root',
      join(store, 'trust/root.pem'),
    );
    expect([verified.status, verified.stderr]).toEqual([0, expect.anything()]);
    expect(readFileSync(join(folder, 'report.pdf')).subarray(0, 5).toString()).toBe('%PDF-');
    const { items } = await get('/v1/accesses?limit=500');
    const seen = items.map((it: { operation: string; outcome: string }) => `${it.operation} ${it.outcome}`);
    expect(seen).toContain('listAssessments refused');
    expect(seen).toContain('listEvidence granted');
    expect(seen.filter((it: string) => it === 'downloadReport granted')).toHaveLength(job.files.length);
    expect(await stop(child)).toBe(0);
    expect(auditOf()).toMatchObject({ ok: true, findings: [] });
  });

  it('answers in the role that it was started with', async () => {
    const { child, url, token } = await serve('--role', 'viewer');
    const { ask } = await signedIn(url, token);
    expect((await ask('/v1/assessments')).status).toBe(200);
    expect((await ask('/v1/evidence')).status).toBe(403);
    expect(await stop(child, 'SIGTERM')).toBe(0);
  });

  it('killed, it has lost no access that was answered, and no report stays as if it were being made', async () => {
    const { child, url, token } = await serve();
    const { ask, get } = await signedIn(url, token);
    const [{ id }] = (await get('/v1/assessments')).items;
    const asked = (await (
      await ask('/v1/reports', { method: 'POST', body: JSON.stringify({ assessment: id }) })
    ).json()) as { id: string };
    const requests = await Promise.all(Array.from({ length: 20 }, () => ask('/v1/evidence?limit=1')));
    const answered = requests.map((it) => it.headers.get('x-request-id'));
    await stop(child, 'SIGKILL');
    const next = await serve();
    const again = await signedIn(next.url, next.token);
    const { items } = await again.get('/v1/accesses?limit=500');
    const recorded = new Set(items.map((it: { requestId: string }) => it.requestId));
    expect(answered.filter((it) => !recorded.has(it))).toEqual([]);
    expect(await again.get(`/v1/reports/${asked.id}`)).toMatchObject({ status: 'interrupted' });
    expect(await stop(next.child)).toBe(0);
    expect(auditOf()).toMatchObject({ ok: true });
    expect(existsSync(join(store, 'reports', asked.id, 'job.json'))).toBe(true);
  });
});
