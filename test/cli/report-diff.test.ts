import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseProof } from '../../src/ledger/proof.ts';
import { tarMembers } from '../../src/pack/tar.ts';
import { parseCsv } from '../hostile/rfc4180.ts';
import { cli, RECORDING, scratch } from './run.ts';

const folder = scratch();
const store = join(folder, 'store');
const [old, later] = [join(folder, 'old'), join(folder, 'later')];
const vkey = join(store, 'trust/checkpoint.vkey');

beforeAll(() => {
  cli('collect', '--from', RECORDING, '--store', store, '--quiet');
  const report = (out: string, ...more: string[]) =>
    cli('report', '--framework', 'soc2-2017', '--store', store, '--out', out, '--quiet', ...more);
  report(old, '--to', '2026-10-01', '--from', '2026-10-01');
  report(later, '--from', '2026-10-01');
}, 60_000);

describe('report diff', () => {
  it('compares two packs, proves that the ledger was extended, and names the entries behind each change', () => {
    const { status, json, stderr } = cli('report', 'diff', old, later, '--json', '--key', vkey);
    const diff = json();
    expect([status, stderr]).toEqual([0, '']);
    expect(diff).toMatchObject({
      v: 1,
      kind: 'witnessmark-report-diff',
      old: { id: 'soc2-2017-2026-10-01' },
      ledger: { relation: 'extends', proof: expect.stringMatching(/^data\/proofs\/consistency\/\d{16}\.txt$/) },
    });
    const right = diff.changes.find((it: { kind: string }) => it.kind === 'put_right');
    expect(right).toMatchObject({ subject: 'arn:aws:s3:::acme-data-2', before: 'failing' });
    for (const { report, entry, file } of right.entries) {
      const [, tar = '', name = ''] = /^(.*\.tar)\/(.*)$/.exec(file) ?? [];
      const members = [...tarMembers(readFileSync(join(report === 'new' ? later : old, tar)))];
      const proof = members.find((it) => it.name === name)?.bytes ?? Buffer.alloc(0);
      expect(parseProof(proof).index).toBe(entry);
    }
    const gone = diff.changes.filter((it: { kind: string }) => it.kind === 'gone');
    expect(gone.map((it: { subject: string }) => it.subject)).toContain('arn:aws:s3:::acme-data-3');
  });

  it('says the same of a zip, and for people counts come first', () => {
    const { status, stdout, stderr } = cli('report', 'diff', `${old}.zip`, `${later}.zip`);
    expect(status).toBe(0);
    expect(stdout).toMatch(/✓ ledger {3}The new ledger \(\d+ entries\) begins with all \d+ entries of the old one/);
    expect(stdout.indexOf('failing before, put right')).toBeLessThan(stdout.indexOf('FAILING BEFORE, PUT RIGHT'));
    expect(stderr).toContain('--key');
  });

  it('writes one row for each change, never over a file that is there', () => {
    const file = join(folder, 'diff.csv');
    const { json } = cli('report', 'diff', old, later, '--csv', file, '--json', '--quiet');
    const [head, ...rows] = parseCsv(readFileSync(file, 'utf8'));
    expect(head?.slice(0, 4)).toEqual(['kind', 'controls', 'source', 'strength']);
    expect(rows.map((it) => it[0])).toEqual(json().changes.map((it: { kind: string }) => it.kind));
    expect(cli('report', 'diff', old, later, '--csv', file)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('[usage-csv]'),
    });
  });

  it('takes a report.json by itself, which says how failures ended, and calls the ledger not proven then', () => {
    const { status, json } = cli('report', 'diff', old, join(later, 'data/report.json'), '--json', '--quiet');
    expect([status, json().ledger.relation]).toEqual([0, 'not_proven']);
    expect(json().changes.map((it: { kind: string }) => it.kind)).toContain('put_right');
  });

  it('is loud about a smaller ledger, another ledger, a wrong proof and a checkpoint that does not hold', () => {
    const relation = (...args: string[]) => cli('report', 'diff', ...args, '--json', '--quiet').json().ledger.relation;
    expect(relation(later, old)).toBe('shorter');
    const altered = (name: string, path: string, edit: (text: string) => string): string => {
      const copy = join(folder, name);
      cpSync(later, copy, { recursive: true });
      writeFileSync(join(copy, path), edit(readFileSync(join(copy, path), 'utf8')));
      return copy;
    };
    const other = altered('other', 'data/report.json', (it) => it.replace(/"origin":"[^"]*"/, '"origin":"elsewhere"'));
    expect(relation(old, other)).toBe('other_ledger');
    const unsigned = altered('unsigned', 'data/report.json', (it) => it.replace(/"root":"../, '"root":"AA'));
    expect(relation(old, unsigned)).toBe('unsigned');
    const { proof } = cli('report', 'diff', old, later, '--json', '--quiet').json().ledger;
    const forked = altered('forked', proof, (it) => it.replace(/\n[^\n]{4}/, '\nAAAA'));
    expect(relation(old, forked)).toBe('forked');
    expect(cli('report', 'diff', old, forked, '--quiet').stdout).toContain('✗ LEDGER');
  });

  it.each([
    [['report', 'diff', old, '/nowhere'], 'diff-unreadable'],
    [['report', 'diff', 'package.json', old], 'diff-unreadable'],
    [['report', 'diff', 'LICENSE', old], 'diff-unreadable'],
    [['report', 'diff', 'docs', old], 'diff-unreadable'],
    [['report', 'diff', '/dev/null', old], 'diff-unreadable'],
    [['report', 'diff', old], 'missing required argument'],
    [['report'], "required option '--framework <id>'"],
  ])('%j ends with 2', (args, said) => {
    const { status, stderr } = cli(...args);
    expect(stderr).toContain(said);
    expect(status).toBe(2);
  });
});
