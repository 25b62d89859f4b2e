import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COUNTERSIGNED } from '../../src/pack/paths.ts';
import { cli, RECORDING, scratch } from '../cli/run.ts';

const folder = scratch();
const store = join(folder, 'store');
const path = (name: string): string => join(folder, name);
const collect = (service: string) =>
  cli('collect', '--from', RECORDING, '--service', service, '--store', store, '--json');
const report = (out: string) =>
  cli('report', '--framework', 'soc2-2017', '--store', store, '--out', path(out), '--json');
const verify = (pack: string, policy: string) => {
  const { status, json } = cli(
    'verify',
    path(pack),
    '--policy',
    path(policy),
    '--root',
    join(store, 'trust/root.pem'),
    '--json',
  );
  const failed = json().steps.filter((it: { ok: boolean }) => !it.ok);
  return { status, failed: failed.map((it: { code: string }) => it.code), text: JSON.stringify(json()) };
};
const published = (): string => readFileSync(join(store, 'checkpoint'), 'utf8');

let server: ChildProcess | undefined;
let witnessKey = '';
let otherKey = '';
let port = '0';

async function serve(): Promise<string> {
  const vkey = join(store, 'trust/checkpoint.vkey');
  const args = [
    'bin/witnessmark.mjs',
    'witness',
    'serve',
    '--dir',
    path('witness'),
    '--log',
    vkey,
    '--port',
    port,
    '--json',
  ];
  server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout ?? server, 'data');
  const { url } = JSON.parse(String(line));
  port = new URL(url).port;
  return url;
}

async function stop(): Promise<void> {
  if (server === undefined) return;
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  server = undefined;
}

beforeAll(async () => {
  cli('init', '--store', store, '--origin', 'cli.example/log', '--quiet');
  const made = (name: string): string =>
    cli('witness', 'init', '--dir', path(name), '--name', `${name}.example`, '--json').json().verifierKey;
  [witnessKey, otherKey] = [made('witness'), made('other')];
  const url = await serve();
  const log = readFileSync(join(store, 'trust/checkpoint.vkey'), 'utf8').trim();
  writeFileSync(path('policy'), `log ${log}\nwitness w ${witnessKey} ${url}\nquorum w\n`);
  writeFileSync(path('other-policy'), `log ${log}\nwitness w ${otherKey}\nquorum w\n`);
  expect(cli('witness', 'use', path('policy'), '--store', store).status).toBe(0);
}, 120_000);
afterAll(() => void server?.kill());

// One after another: each step stands on the one before.
describe('a store with a witness', () => {
  it('is cosigned when something was sealed, where readers of C2SP logs look for it', () => {
    expect(collect('kms').stderr).not.toContain('has not cosigned');
    expect(published().split('\n').at(-2)).toMatch(/^— witness\.example /);
    expect(cli('audit', '--store', store, '--policy', path('policy')).status).toBe(0);
    const { status, stdout } = cli('audit', '--store', store, '--policy', path('other-policy'));
    expect([status, stdout]).toEqual([1, expect.stringContaining('ledger-quorum-missing')]);
  });

  it('makes packs that a policy with the witness accepts, and one with another refuses', () => {
    expect(report('pack').stderr).not.toContain('quorum');
    expect(verify('pack', 'policy')).toMatchObject({ status: 0, failed: [] });
    expect(verify('pack.zip', 'policy')).toMatchObject({ status: 0, failed: [] });
    expect(verify('pack', 'other-policy')).toMatchObject({
      status: 1,
      failed: ['witnesses'],
      text: expect.stringContaining('lacks the quorum of the policy, w: no cosignature of w'),
    });
  });

  it('is refused where the line of the witness was taken out, or altered', () => {
    cpSync(path('pack'), path('stripped'), { recursive: true });
    const file = join(path('stripped'), COUNTERSIGNED);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^— witness\.example .*\n/m, ''));
    expect(verify('stripped', 'policy').failed).toContain('witnesses');
    writeFileSync(
      file,
      text.replace(/^(— witness\.example .{20})./m, (_, start) => `${start}${text.includes(`${start}A`) ? 'B' : 'A'}`),
    );
    expect(verify('stripped', 'policy').failed).toContain('witnesses');
  });

  it('goes on without a witness that is down, says so, and is cosigned later', async () => {
    await stop();
    const { stderr, json } = collect('s3');
    expect(json().collected + json().failed).toBeGreaterThan(0);
    expect(stderr).toMatch(/witness w has not cosigned the checkpoint of \d+ entries: no answer from http/);
    expect(published()).not.toContain('witness.example');
    const made = report('alone');
    expect([made.status, made.stderr]).toEqual([3, expect.stringContaining('lacks the quorum of its witnesses')]);
    expect(verify('alone', 'policy').failed).toEqual(['witnesses']);
    await serve();
    expect(collect('s3').stderr).not.toContain('has not cosigned');
    expect(published()).toContain('witness.example');
    // The checkpoint of the report itself is passed; a later one that extends it was cosigned.
    expect(report('again').stderr).not.toContain('quorum');
    expect(verify('again', 'policy')).toMatchObject({ status: 0, failed: [] });
    expect(readFileSync(join(path('again'), 'data/report.json'))).toEqual(
      readFileSync(join(path('alone'), 'data/report.json')),
    );
  });

  it('can be cosigned offline, and takes the cosignature in', async () => {
    await stop();
    collect('iam');
    const log = join(store, 'trust/checkpoint.vkey');
    const cosign = (...args: string[]) => cli('witness', 'cosign', ...args, '--dir', path('witness'), '--log', log);
    expect(cosign(store, '--out', path('cosigned')).status).toBe(0);
    expect(cli('audit', '--store', store, '--policy', path('policy')).status).toBe(1);
    expect(cli('witness', 'add', path('cosigned'), '--store', store).status).toBe(0);
    expect(cli('audit', '--store', store, '--policy', path('policy')).status).toBe(0);
    // What it has seen since then is larger than an old pack.
    const { status, stdout } = cosign(path('pack'));
    expect([status, stdout]).toEqual([1, expect.stringContaining('this witness stands for')]);
  });

  it('is verified through a rotation by one who holds the old key, and by one who holds the new one', async () => {
    const old = readFileSync(join(store, 'trust/checkpoint.vkey'), 'utf8').trim();
    expect(cli('keys', 'rotate', '--checkpoint', '--document', '--store', store, '--quiet').status).toBe(0);
    expect(cli('keys', 'retire', '--store', store, '--quiet').status).toBe(0);
    const keys = cli('keys', 'list', '--store', store, '--json').lines();
    expect(keys.map(({ use, state }: { use: string; state: string }) => [use, state.split(',')[0]])).toEqual([
      ['checkpoint', 'retired'],
      ['checkpoint', 'signs'],
      ['document', 'signs'],
    ]);
    collect('ec2');
    cli('report', '--framework', 'hipaa-security-rule', '--store', store, '--out', path('after'), '--quiet');
    report('remade');
    for (const pack of ['after', 'remade'])
      for (const key of [old, keys[1].key]) {
        const { status, json } = cli('verify', path(pack), '--key', key, '--json');
        expect([pack, status, json().steps.filter((it: { ok: boolean }) => !it.ok)]).toEqual([pack, 0, []]);
      }
    expect(cli('verify', path('after'), '--key', otherKey).status).toBe(1);
    // Without the proof that the old key named the new one, nothing leads there.
    cpSync(path('after'), path('orphan'), { recursive: true });
    rmSync(join(path('orphan'), 'data/trust/handovers'), { recursive: true });
    const { steps } = cli('verify', path('orphan'), '--key', old, '--json').json();
    const told = steps.find((it: { code: string }) => it.code === 'checkpoint').findings;
    expect(told).toMatchObject([{ message: 'is signed by none of the keys that you trust' }]);
    expect(cli('audit', '--store', store, '--key', old).status).toBe(0);
    expect(cli('audit', '--store', store, '--key', keys[1].key).status).toBe(0);
  });
});
