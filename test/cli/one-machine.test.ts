import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, RECORDING, scratch } from './run.ts';

const folder = scratch();
const store = join(folder, 'store');

// One after another, as a user goes: each step stands on the one before.
describe('on one machine', () => {
  it('collect plays a recording, counts outcomes, and says that it could not see everything', () => {
    const { status, json, stderr } = cli('collect', '--from', RECORDING, '--store', store, '--json');
    expect(json()).toMatchObject({
      expected: 12,
      calls: expect.any(Number),
      throttles: 0,
      seconds: expect.any(Number),
      outcomes: { compliant: expect.any(Number) },
    });
    expect(json().collected + json().failed).toBe(12);
    expect(json().runs).toHaveLength(2);
    expect(stderr).toContain('ec2:GetEbsDefaultKmsKeyId');
    expect(status).toBe(3);
  });

  it('collect of the same recording adds nothing', () => {
    const { json } = cli('collect', '--from', RECORDING, '--store', store, '--json', '--quiet');
    expect(json().runs.map((it: { entries: number }) => it.entries)).toEqual([0, 0]);
  });

  it('evidence list gives each state now and at an earlier time', () => {
    const versioning = (...more: string[]) =>
      cli(
        'evidence',
        'list',
        '--store',
        store,
        '--source',
        'check:s3-bucket-versioning-enabled',
        '--json',
        ...more,
      ).lines();
    const state = (rows: { subject: string; outcome: string }[]) =>
      rows.find((it) => it.subject === 'arn:aws:s3:::acme-data-2')?.outcome;
    expect([state(versioning()), state(versioning('--at', '2026-10-01'))]).toEqual(['compliant', 'non_compliant']);
    expect(versioning().map((it) => it.subject)).not.toContain('arn:aws:s3:::acme-data-3');
    const failing = versioning('--outcome', 'non_compliant', '--at', '2026-10-01');
    expect(failing).toHaveLength(4);
    expect(failing[0]).toMatchObject({
      source: 'check:s3-bucket-versioning-enabled',
      resourceType: 'AWS::S3::Bucket',
      account: '123456789012',
      region: 'global',
      entry: expect.any(Number),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('an unread fact is inconclusive with the real error', () => {
    const rows = cli('evidence', 'list', '--store', store, '--outcome', 'inconclusive', '--json').lines();
    expect(rows.map((it) => it.source)).toContain('check:iam-root-not-used-recently');
    const root = rows.find((it) => it.source === 'check:iam-root-not-used-recently');
    expect(root.reason).toContain('IncompleteCredentialReport');
  });

  it('report writes a pack that verify accepts with the key from the store, and its zip too', () => {
    const pack = join(folder, 'pack');
    const made = cli('report', '--framework', 'soc2-2017', '--store', store, '--out', pack, '--json', '--quiet');
    expect([made.status, made.json().summary.verdicts.not_met > 0]).toEqual([3, true]);
    for (const path of [pack, `${pack}.zip`]) {
      const { status, json } = cli(
        'verify',
        path,
        '--key',
        join(store, 'trust/checkpoint.vkey'),
        '--root',
        join(store, 'trust/root.pem'),
        '--json',
      );
      expect([status, json().ok, json().warnings]).toEqual([0, true, []]);
    }
  });

  it('verify says no to a changed pack, names the file, and exits 1', () => {
    const altered = join(folder, 'altered');
    cpSync(join(folder, 'pack'), altered, { recursive: true });
    writeFileSync(join(altered, 'data/controls.csv'), `${readFileSync(join(altered, 'data/controls.csv'), 'utf8')} `);
    const { status, stdout } = cli('verify', altered);
    expect(status).toBe(1);
    expect(stdout).toContain('data/controls.csv');
  });

  it('an older report can be compared with --since', () => {
    const later = join(folder, 'later');
    cli('report', '--framework', 'hipaa-security-rule', '--store', store, '--out', later, '--quiet');
    expect(cli('verify', later, '--since', join(folder, 'pack/data/proofs/checkpoint')).status).toBe(0);
    expect(cli('verify', join(folder, 'pack'), '--since', join(later, 'data/proofs/checkpoint')).status).toBe(1);
  });

  it('a framework of one’s own extends another, with tighter parameters judged by evaluate', () => {
    const judged = cli('evaluate', '--framework', 'examples/acme-baseline.yaml', '--store', store, '--json', '--quiet');
    expect(judged.json()).toMatchObject({ tasks: 2, sources: ['check:iam-user-access-key-rotated@maxAgeDays=60'] });
    const assessed = cli('assess', '--framework', 'examples/acme-baseline.yaml', '--store', store, '--json', '--quiet');
    const sources = assessed
      .json()
      .controls.flatMap((it: { sources: { source: string; observations: number }[] }) => it.sources);
    const own = sources.find((it: { source: string }) => it.source.endsWith('@maxAgeDays=60'));
    expect(own).toMatchObject({ observations: 2, params: { maxAgeDays: 60 } });
  });

  it('audit finds the store whole, and names what was changed in it', () => {
    expect(cli('audit', '--store', store, '--json', '--quiet').json()).toMatchObject({ ok: true });
    const altered = join(folder, 'altered-store');
    cpSync(store, altered, { recursive: true });
    const checkpoint = join(altered, 'checkpoint');
    writeFileSync(checkpoint, readFileSync(checkpoint, 'utf8').replace(/\n\d+\n/, '\n1\n'));
    const { status, stdout } = cli('audit', '--store', altered, '--quiet');
    expect(status).toBe(1);
    expect(stdout).toMatch(/error\s+ledger-\S+\s+checkpoint/);
  });

  it.each([
    ['trust/root.pem', 'deleted'],
    ['trust/checkpoint.vkey', 'deleted'],
    ['trust/checkpoint.vkey', 'flipped'],
    ['checkpoint', 'deleted'],
  ])('audit says no and names %s when it is %s', (path, how) => {
    const altered = join(folder, `altered-${path.replaceAll('/', '-')}-${how}`);
    cpSync(store, altered, { recursive: true });
    const file = join(altered, path);
    if (how === 'deleted') rmSync(file);
    else
      writeFileSync(
        file,
        Buffer.from(readFileSync(file)).map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
      );
    const { status, json } = cli('audit', '--store', altered, '--json', '--quiet');
    expect(status).toBe(1);
    expect(json().findings.map((it: { object: string }) => it.object)).toContain(path);
  });

  it('a swapped certificate is not made genuine by the next collection', () => {
    const altered = join(folder, 'swapped');
    const other = join(folder, 'other-keys');
    cpSync(store, altered, { recursive: true });
    cli('init', '--store', other, '--quiet');
    cpSync(join(other, 'trust/root.pem'), join(altered, 'trust/root.pem'));
    cli('collect', '--from', RECORDING, '--store', altered, '--quiet');
    const { status, json } = cli('audit', '--store', altered, '--json', '--quiet');
    expect(status).toBe(1);
    expect(json().findings).toMatchObject([{ code: 'ledger-trust-altered', object: 'trust/root.pem' }]);
  });

  it('audit works on a copy without private files, with a key from elsewhere, and refuses another key', () => {
    const copy = join(folder, 'copy');
    cpSync(store, copy, { recursive: true, filter: (path) => !/\/(keys|notary|index\.sqlite.*)$/.test(path) });
    expect(cli('audit', '--store', copy, '--key', join(store, 'trust/checkpoint.vkey'), '--quiet').status).toBe(0);
    const other = join(folder, 'other');
    cli('init', '--store', other, '--quiet');
    expect(cli('audit', '--store', copy, '--key', join(other, 'trust/checkpoint.vkey'), '--quiet').status).toBe(1);
  });

  it('replay rebuilds a lost index to the same answers', () => {
    const before = cli('evidence', 'list', '--store', store, '--json').stdout;
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      if (existsSync(join(store, name))) writeFileSync(join(store, name), '');
    expect(cli('replay', '--store', store, '--json').json().entries).toBeGreaterThan(100);
    expect(cli('evidence', 'list', '--store', store, '--json').stdout).toBe(before);
  });
});
