import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const MODULE = new URL('../../src/cli/small-heap.ts', import.meta.url).href;

/** Flags of V8 with which a process goes on that is about to handle so many entries. */
function flagsFor(entries: number, ...flags: string[]): string[] {
  const script = `const { smallHeapFor } = await import(${JSON.stringify(MODULE)});
    smallHeapFor(${entries}); console.log(JSON.stringify(process.execArgv.filter((it) => /^--.*(heap|semi)-/.test(it))))`;
  const args = [...flags, '--input-type=module', '--eval', script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

it.skipIf(process.platform === 'win32')('starts a process anew that is about to handle very much, once', () => {
  expect(flagsFor(1_000_000, '--max-semi-space-size=16')).toEqual([
    '--max-semi-space-size=8',
    '--heap-growing-percent=25',
  ]);
});

it('leaves any other process as it is', () => {
  expect(flagsFor(1000, '--max-semi-space-size=16')).toEqual(['--max-semi-space-size=16']);
});
