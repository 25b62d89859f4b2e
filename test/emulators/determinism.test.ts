import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '../../src/ledger/canonical.ts';
import { scratch, witnessmarkJson } from './support/run.ts';
import { filesBelow, firstRuns } from './support/small-store.ts';

const FRAMEWORK = 'soc2-2017';
/** The days of the runs that are collected first; the later one lies behind them. */
const FIRST_RUNS = 3;
const PERIOD = ['--from', '2026-09-28', '--to', '2026-09-30'];

let folder: string;
const path = (...names: string[]): string => join(folder, ...names);

/** As far from each other as two machines get: time zone, language, and who asks for how many processors. */
const PLACES = {
  here: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' },
  there: { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', UV_THREADPOOL_SIZE: '1' },
} as const;

interface ReportOptions {
  readonly store: string;
  readonly out: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Writes a pack and gives path → SHA-256, the zip beside it included. */
async function report({ store, out, env = PLACES.here }: ReportOptions): Promise<Record<string, string>> {
  const args = ['report', '--framework', FRAMEWORK, ...PERIOD, '--store', path(store), '--out', path(out, 'pack')];
  await witnessmarkJson(args, { env, expected: [0, 3] });
  const files = await filesBelow(path(out));
  return Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Hex(bytes)]));
}

beforeAll(async () => {
  folder = await scratch('determinism');
  await collect('store', FIRST_RUNS);
  await cp(path('store'), path('other'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function collect(store: string, runs: number): Promise<void> {
  const from = await firstRuns(path(`recording-${runs}`), runs);
  await witnessmarkJson(['collect', '--store', path(store), '--from', from], { expected: [0, 3] });
}

describe('a report of the same evidence', () => {
  let first: Record<string, string>;
  beforeAll(async () => {
    first = await report({ store: 'store', out: 'first' });
  });

  it('is the whole pack: signed PDF, statement, proofs, zip', () => {
    const names = Object.keys(first);
    for (const it of ['pack.zip', 'pack/data/report.json', 'pack/data/attestation.json']) expect(names).toContain(it);
    for (const it of ['report.pdf', 'ocsf-findings.jsonl', 'oscal-assessment-results.json', 'proofs/00000000.tar'])
      expect(names).toContain(`pack/data/${it}`);
  });

  it('has the same bytes when it is made again', async () => {
    expect(await report({ store: 'store', out: 'again' })).toEqual(first);
  });

  it('has the same bytes in another time zone and language', async () => {
    expect(await report({ store: 'store', out: 'there', env: PLACES.there })).toEqual(first);
  });

  it('has the same bytes when the index was rebuilt from the ledger', async () => {
    for (const name of await readdir(path('store'))) if (name.startsWith('index.sqlite')) await rm(path('store', name));
    await witnessmarkJson(['replay', '--store', path('store')]);
    expect(await report({ store: 'store', out: 'replayed' })).toEqual(first);
  });

  it('has the same bytes when more was collected since', async () => {
    await collect('store', FIRST_RUNS + 2);
    expect(await report({ store: 'store', out: 'later' })).toEqual(first);
  });
});

describe('two copies of a store', () => {
  it('give the same pack at the same time, each in its own time zone and language', async () => {
    // When an assessment was made stands in the ledger, so the time must be the same too.
    const now = { WITNESSMARK_NOW: '2026-12-01T08:00:00.000Z' };
    await cp(path('other'), path('elsewhere'), { recursive: true });
    const here = await report({ store: 'other', out: 'copy-here', env: { ...PLACES.here, ...now } });
    const there = await report({ store: 'elsewhere', out: 'copy-there', env: { ...PLACES.there, ...now } });
    expect(there).toEqual(here);
  });
});
