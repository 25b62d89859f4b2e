import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';

/** A heap in which objects for each of the entries would not fit. */
const HEAP_MIB = 32;
const FEW = 20_000;
const MANY = 200_000;
/** More than their hashes take, also while they are copied to more room, and garbage; less than the entries would on top. */
const MOST_MORE_MIB = 80;
/** Where nothing waits for a disk, if there is such a place. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Peak memory of a process that appends, audits and proves so many entries in a folder. */
function peakOf(entries: number): number {
  const args = [
    `--max-old-space-size=${HEAP_MIB}`,
    'scripts/bench/ledger.ts',
    '--entries',
    String(entries),
    '--folder',
    FOLDER,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return Number(/VmHWM\) (\d+) MiB/.exec(stdout)?.[1]);
}

it.skipIf(process.platform !== 'linux')('a log of ten times the entries takes hardly more memory', () => {
  const [few, many] = [peakOf(FEW), peakOf(MANY)];
  console.log(`peak memory with ${FEW} entries ${few} MiB, with ${MANY} ${many} MiB`);
  expect(few).toBeGreaterThan(0);
  expect(many - few).toBeLessThan(MOST_MORE_MIB);
});
