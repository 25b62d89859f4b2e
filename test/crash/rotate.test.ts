import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from './lives.ts';

/** Deaths, spread over all steps that change the disk. */
const DEATHS = 8;

let folder: string;
let start: string;
let steps: number;

const rotate = (store: string) => [
  'keys',
  'rotate',
  '--checkpoint',
  '--document',
  '--store',
  store,
  '--json',
  '--quiet',
];
const keysOf = async (store: string): Promise<string[]> =>
  (await readFile(join(store, 'trust/checkpoint.vkey'), 'utf8')).trimEnd().split('\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'witnessmark-rotate-'));
  start = join(folder, 'start');
  await cli(['init', '--origin', 'crash.example/log', '--store', start, '--quiet']);
  const measured = join(folder, 'measured');
  await cp(start, measured, { recursive: true });
  await cli(rotate(measured), { preload: `count=${join(folder, 'steps')}` });
  steps = Number((await readFile(join(folder, 'steps'), 'utf8')).split(' ')[0]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a rotation whose process is killed', () => {
  it(`at ${DEATHS} of its steps leaves keys that sign and verify, and is ended by another call`, async () => {
    expect(steps).toBeGreaterThan(30);
    for (let death = 0; death < DEATHS; death++) {
      const store = join(folder, `death-${death}`);
      await cp(start, store, { recursive: true });
      const [old = ''] = await keysOf(store);
      const step = Math.floor(((death + 0.5) / DEATHS) * steps);
      const how = (['before', 'after', 'torn'] as const)[death % 3] ?? 'before';
      await cli(rotate(store), { death: { step, how } });
      // Whoever comes first can seal, whatever state the rotation is in.
      const sealed = await cli([
        'collect',
        '--from',
        'test/fixtures/recording',
        '--service',
        'kms',
        '--store',
        store,
        '--quiet',
      ]);
      expect([step, how, sealed.stderr]).toEqual([step, how, '']);
      const again = await cli(rotate(store));
      expect([step, how, again.status, again.stderr]).toEqual([step, how, 0, '']);
      const keys = await keysOf(store);
      expect([keys[0], keys.length > 1]).toEqual([old, true]);
      for (const key of [old, keys.at(-1) ?? '']) {
        const { status, stdout } = await cli(['audit', '--store', store, '--key', key]);
        expect([step, how, status, stdout]).toEqual([step, how, 0, expect.stringContaining('the ledger is whole')]);
      }
    }
  }, 300_000);
});
