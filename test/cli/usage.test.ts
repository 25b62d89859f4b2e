import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli, RECORDING, scratch } from './run.ts';

const folder = scratch();
const store = join(folder, 'store');

beforeAll(() => {
  cli('collect', '--from', RECORDING, '--service', 'kms', '--store', store, '--quiet');
});

describe('wrong usage ends with 2 and says what was meant', () => {
  it.each([
    [['collect', '--service', 's4', '--from', RECORDING], /no service "s4"|0 of 0/],
    [['evidence', 'list', '--outcome', 'green', '--store', store], /expected one of compliant/],
    [['report', '--framework', 'soc2', '--store', store], /no framework "soc2".*soc2-2017/s],
    [
      ['report', '--framework', 'soc2-2017', '--from', '2027-01-01', '--to', '2026-01-01', '--store', store],
      /from 2027-01-01 to 2026-01-01/,
    ],
    [['verify', '/nowhere'], /nowhere/],
    [['verify'], /missing required argument/],
    [['audit', '--store', '/nowhere'], /holds no store/],
    [['collect', '--from', '/nowhere', '--store', join(folder, 'new')], /recording/],
    [['ingest', 'cloudtrail', '/nowhere', '--store', join(folder, 'new')], /no such file or folder/],
    [['check', 'show', 's3-bucket-tls-onli'], /s3-bucket-tls-only/],
    [['nonsense'], /unknown command/],
  ])('%j', (args, said) => {
    const { status, stderr } = cli(...args);
    expect(stderr).toMatch(said);
    expect(status).toBe(2);
  });
});

describe('the catalogue commands', () => {
  it('list, show and test the checks', () => {
    expect(cli('check', 'list', '--json').lines().length).toBeGreaterThanOrEqual(30);
    expect(cli('check', 'show', 's3-bucket-tls-only', '--json').json()).toMatchObject({
      id: 's3-bucket-tls-only',
      usedBy: expect.arrayContaining([expect.objectContaining({ framework: 'soc2-2017' })]),
    });
    const tested = cli('check', 'test', '--json');
    expect([tested.status, tested.json().failed]).toEqual([0, []]);
  });

  it('list, show, validate and measure the frameworks', () => {
    expect(
      cli('framework', 'list', '--json')
        .lines()
        .map((it) => [it.id, it.controls]),
    ).toEqual([
      ['hipaa-security-rule', 64],
      ['pci-dss-4.0.1', 280],
      ['soc2-2017', 61],
    ]);
    expect(cli('framework', 'show', 'soc2-2017', 'CC6.1', '--json').json()).toMatchObject({ id: 'CC6.1' });
    expect(cli('framework', 'validate', 'examples/acme-baseline.yaml', '--strict').status).toBe(0);
    expect(cli('framework', 'coverage', 'pci-dss-4.0.1', '--json').json()).toMatchObject({ controls: 280 });
  });

  it('validate a folder as a deployment will judge it', () => {
    const right = cli('framework', 'validate', '--custom', 'examples/custom', '--strict');
    expect([right.status, right.stdout]).toEqual([0, '']);
    expect(right.stderr).toContain('1 checks, 1 event selectors, 1 frameworks: 0 errors, 0 warnings');
    const own = join(folder, 'custom');
    mkdirSync(join(own, 'a', 'b'), { recursive: true });
    writeFileSync(join(own, 'a', 'b', 'c.yaml'), 'framework: c\n');
    writeFileSync(join(own, 'd.yaml'), 'framework: d\n');
    const wrong = cli('framework', 'validate', '--custom', own);
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain('custom/a/b/c.yaml:1:1: expected a name of');
    expect(wrong.stdout).toContain('custom/d.yaml:1:1: missing key "title"');
  });

  it('refuse a framework with a mistake, with its place', () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, readFileSync('examples/acme-baseline.yaml', 'utf8').replace('extends:', 'extend:'));
    const { status, stdout } = cli('framework', 'validate', file);
    expect(stdout).toMatch(/wrong\.yaml:\d+:\d+: /);
    expect(status).toBe(1);
  });
});
