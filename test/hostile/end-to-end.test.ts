import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRecording, readRun, writeRun } from '../../src/adapters/local/recording.ts';
import { printableJson } from '../../src/cli/printable.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Json } from '../../src/model/json.ts';
import { Retrieval } from '../../src/model/retrieval.ts';
import { RECORDING, scratch } from '../cli/run.ts';
import { HOSTILE } from './corpus.ts';
import { parseCsv } from './rfc4180.ts';

const folder = scratch();
const [recording, store, pack] = ['recording', 'store', 'pack'].map((it) => join(folder, it)) as [
  string,
  string,
  string,
];

const SHORT = HOSTILE.map((it) => it.text).filter((it) => it.length < 300);
/** Four names that hold all of the texts, and a long one. */
const NAMES: readonly string[] = [0, 1, 2, 3].map((part) => {
  const texts = SHORT.filter((_, at) => at % 4 === part);
  return part === 3 ? `${texts.join(' ')}${'x'.repeat(10_000)}` : texts.join(' ');
});
const ARNS = NAMES.map((it) => `arn:aws:s3:::${it}`);
const ALL = SHORT.join(' ');

/** Every text of a value with the names of buckets replaced. */
function renamed(value: Json): Json {
  if (typeof value === 'string') return value.replace(/acme-data-([0-3])/g, (_, at) => NAMES[Number(at)] ?? '');
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, renamed(it)]));
}

function hostile(retrieval: Retrieval): Retrieval {
  const { answer, error, input, ...rest } = retrieval;
  const told =
    answer === undefined ? { error: { ...error, message: `${error?.message} ${ALL}` } } : { answer: renamed(answer) };
  const sha256 = sha256Hex(canonicalize(told.answer ?? told.error));
  return Retrieval.parse({ ...rest, ...told, input: renamed(input), sha256 });
}

const STATEMENTS = {
  exceptions: NAMES.map((name, at) => ({
    id: `EX-${at}`,
    source: 'check:s3-bucket-tls-only',
    subject: `arn:aws:s3:::${name}`,
    owner: ALL,
    approver: ALL,
    approved: '2026-01-01',
    expires: '2027-01-01',
    reason: ALL,
  })),
  attestations: [],
  reviews: [
    { control: 'CC6.7', reviewer: ALL, on: '2026-10-05', conclusion: 'not_effective', comment: ALL, ledger_size: 1 },
  ],
  not_applicable: [{ control: 'P6.2', reason: ALL, approver: ALL }],
  sign_off: [{ role: 'prepared', name: ALL, on: '2026-10-05' }],
};

/** What must not reach a terminal. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
function safe(...args: string[]) {
  // A report full of long texts is more than the buffer that `cli` has.
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/witnessmark.mjs', ...args], {
    encoding: 'utf8',
    env: { ...process.env, AWS_REGION: '', AWS_DEFAULT_REGION: '' },
    maxBuffer: 256 * 1024 * 1024,
  });
  const ran = { status, stdout, stderr, json: () => JSON.parse(stdout) };
  expect(ran.stdout.match(UNSAFE)).toBeNull();
  expect(ran.stderr.match(UNSAFE)).toBeNull();
  expect(ran.stderr).not.toContain('unexpected error');
  return ran;
}

beforeAll(async () => {
  const known = await readRecording(RECORDING);
  for (const run of known.runs) {
    const { retrievals, ...rest } = await readRun(RECORDING, run);
    await writeRun({ ...rest, retrievals: retrievals.map(hostile), folder: recording });
  }
  writeFileSync(join(folder, 'statements.yaml'), printableJson(STATEMENTS));
});

const ASSESSED = ['--framework', 'soc2-2017', '--store', store, '--statements', join(folder, 'statements.yaml')];

// One after another, as a user goes.
describe('an account whose names and errors are hostile', () => {
  it('is collected like any other, and the terminal shows nothing that steers it', () => {
    const { status, stdout } = safe('collect', '--from', recording, '--store', store);
    expect(status).toBe(3);
    expect(stdout).toContain('compliant');
  });

  it('is listed, one subject a line, and as exact JSON', () => {
    const list = ['evidence', 'list', '--store', store, '--source', 'check:s3-bucket-tls-only', '--at', '2026-10-01'];
    const { stdout } = safe(...list);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + NAMES.length);
    expect(stdout).not.toMatch(/ {200}/);
    const { stdout: json } = safe(...list, '--json');
    expect(
      new Set(
        json
          .trim()
          .split('\n')
          .map((it) => JSON.parse(it).subject),
      ),
    ).toEqual(new Set(ARNS));
  });

  it('is assessed, for people and as exact JSON', () => {
    expect(safe('assess', ...ASSESSED).stdout).toContain('failing at the end of the period');
    const { json } = safe('assess', ...ASSESSED, '--json');
    const { controls, exceptions } = json();
    const reviewed = controls.find((it: { id: string }) => it.id === 'CC6.7');
    expect(reviewed.review.comment).toBe(ALL);
    expect(exceptions.map((it: { reason: string }) => it.reason)).toEqual(NAMES.map(() => ALL));
  });

  it('is reported in a pack that verify accepts, whose file names come from nobody', () => {
    const { status, json } = safe('report', ...ASSESSED, '--out', pack, '--json');
    expect([status, json().id]).toEqual([3, 'soc2-2017-2026-10-02']);
    const [key, root] = [join(store, 'trust/checkpoint.vkey'), join(store, 'trust/root.pem')];
    const verified = safe('verify', `${pack}.zip`, '--key', key, '--root', root, '--json');
    expect(verified.json().steps.flatMap((it: { findings: unknown[] }) => it.findings)).toEqual([]);
    expect([verified.status, verified.json().ok]).toEqual([0, true]);
    for (const name of readdirSync(pack, { recursive: true })) expect(String(name)).toMatch(/^[\w./-]+$/);
  }, 60_000);

  it('has tables with its names in them, back as they were', () => {
    const [head, ...rows] = parseCsv(readFileSync(join(pack, 'data/evidence.csv'), 'utf8'));
    const at = head?.indexOf('subject') ?? -1;
    const subjects = new Set(rows.map((it) => (it[at] ?? '').replace(/^'/, '')));
    for (const arn of ARNS) expect(subjects).toContain(arn);
    expect(new Set(rows.map((it) => it.length))).toEqual(new Set([head?.length]));
  });

  it('is audited and compared', () => {
    expect(safe('audit', '--store', store).status).toBe(0);
    expect(safe('report', 'diff', pack, `${pack}.zip`).status).toBe(0);
    const { stdout } = safe('report', 'diff', pack, join(pack, 'data/report.json'), '--json');
    expect(JSON.parse(stdout).changes.map((it: { subject: string }) => it.subject)).toContain(ARNS[0]);
  });

  it('cannot steer the terminal through what verify says of a damaged pack', () => {
    const damaged = join(folder, 'damaged');
    cpSync(pack, damaged, { recursive: true });
    writeFileSync(join(damaged, 'data', '\u001b]0;x\u0007\u202egnp\n✓ verified'), ALL);
    const path = join(damaged, 'data/report.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"awaiting_attestation"', '"\u202eevil\u001b[2J"'));
    const { status, stdout } = safe('verify', damaged);
    expect(status).toBe(1);
    expect(stdout).not.toMatch(/^✓ verified/m);
    expect(safe('report', 'diff', damaged, pack).status).toBe(2);
  });

  it('cannot through arguments and errors either', () => {
    const odd = SHORT.filter((it) => !it.includes('\0')).join(' ');
    for (const args of [
      [odd],
      ['evidence', 'list', '--store', odd],
      ['evidence', 'list', '--store', store, '--outcome', odd],
      ['framework', 'show', odd],
      ['verify', odd],
      ['report', 'diff', odd, odd],
      ['report', '--framework', 'soc2-2017', '--store', store, '--from', odd],
      ['collect', '--from', odd],
    ])
      expect(safe(...args).status).toBe(2);
  }, 60_000);
});
