import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS, cli, RECORDING } from './lives.ts';

/** Programs of the system, for which it takes root. */
const MOUNT: string = 'mount';
const UMOUNT: string = 'umount';

const folder = await mkdtemp(join(tmpdir(), 'witnessmark-readonly-'));
const sealed = join(folder, 'sealed');
const store = join(sealed, 'store');
const isRoot = process.getuid?.() === 0;
/** Root may write whatever the modes say, so for root it takes a mount. */
let isReadOnly = false;

beforeAll(async () => {
  for (const { args } of [COMMANDS.init, COMMANDS.collect, COMMANDS.report]) await cli(args(folder));
  await mkdir(store, { recursive: true });
  if (isRoot) {
    isReadOnly =
      spawnSync(MOUNT, ['--bind', join(folder, 'store'), store]).status === 0 &&
      spawnSync(MOUNT, ['-o', 'remount,bind,ro', store]).status === 0;
  } else {
    await cp(join(folder, 'store'), store, { recursive: true });
    await chmod(store, 0o555);
    isReadOnly = true;
  }
}, 60_000);
afterAll(async () => {
  if (isRoot) spawnSync(UMOUNT, [store]);
  else await chmod(store, 0o755);
  await rm(folder, { recursive: true, force: true });
});

const at = ['--store', store, '--json', '--quiet'];

describe('a store that may not be written', () => {
  it.each([
    ['audit', ['audit']],
    ['evidence list', ['evidence', 'list']],
    ['a report that was made', ['report', '--framework', 'soc2-2017', '--out', join(folder, 'again')]],
  ])(
    'gives the same answers to %s as one that may',
    async (_name, args) => {
      expect(isReadOnly).toBe(true);
      const readOnly = await cli([...args, ...at]);
      const writable = await cli([...args, '--store', join(folder, 'store'), '--json', '--quiet']);
      expect([readOnly.status, readOnly.stdout]).toEqual([writable.status, writable.stdout]);
      expect(readOnly.stdout.length).toBeGreaterThan(100);
    },
    60_000,
  );

  it.each([
    ['collect', ['collect', '--from', RECORDING], 'store-read-only'],
    ['a new report', ['report', '--framework', 'hipaa-security-rule', '--out', join(folder, 'new')], 'store-read-only'],
    ['a report into the store', ['report', '--framework', 'soc2-2017'], 'disk-denied'],
  ])(
    'refuses %s with a code before it does anything',
    async (_name, args, code) => {
      const { status, stdout, stderr } = await cli([...args, ...at]);
      expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(`[${code}]`)]);
    },
    60_000,
  );
});
