import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditedFolder } from '../../src/adapters/local/store.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { COMMANDS, type Command, cli, entriesOf } from './lives.ts';

/** Programs of the system, for which it takes root. */
const MOUNT: string = 'mount';
const UMOUNT: string = 'umount';

const folder = await mkdtemp(join(tmpdir(), 'witnessmark-full-'));
const disk = join(folder, 'disk');
await mkdir(disk);
const mounted = spawnSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk]).status === 0;
afterAll(async () => {
  if (mounted) spawnSync(UMOUNT, [disk]);
  await rm(folder, { recursive: true, force: true });
});

const store = join(disk, 'store');
beforeAll(async () => {
  expect((await cli(COMMANDS.init.args(disk))).status).toBe(0);
}, 60_000);

/** Runs a command with so many bytes left on the disk; without a disk of our own, it may write as many. */
async function withSpace(bytes: number, { args }: Command) {
  if (!mounted) return cli(args(disk), { preload: `full=${bytes}` });
  const { bavail, bsize } = await statfs(disk);
  const ballast = join(disk, 'ballast');
  await writeFile(ballast, Buffer.alloc(Math.max(0, bavail * bsize - bytes)));
  const ended = await cli(args(disk));
  await rm(ballast);
  return ended;
}

// One after another: each finds what the one before has left.
describe('a full disk', () => {
  it.each<[Command, number[]]>([
    [COMMANDS.collect, [150_000]],
    [COMMANDS.report, [600_000]],
  ])(
    'ends a $name with a code, loses nothing, and is made good by the same command with space',
    async (command, spaces) => {
      for (const bytes of spaces) {
        const before = await entriesOf(store);
        const { status, stdout, stderr } = await withSpace(bytes, command);
        expect([status, stdout]).toEqual([2, '']);
        expect(stderr).toContain('[disk-full]');
        expect((await entriesOf(store)).slice(0, before.length)).toEqual(before);
        expect(existsSync(join(disk, 'pack'))).toBe(false);
      }
      expect((await cli(command.args(disk))).status).toBe(3);
      const { ok, findings } = await auditLedger(await auditedFolder(store));
      expect([ok, findings]).toEqual([true, []]);
    },
    120_000,
  );
});
