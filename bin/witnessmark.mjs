#!/usr/bin/env node
// Starts the command line on the Node that the project pins (24 or newer), whatever the machine has:
// the sources are TypeScript, which older versions do not run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

// Compiled once, then kept: half of every start. In the user's own cache, where nobody else can put code.
const cache =
  process.env.NODE_COMPILE_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'witnessmark');

// A report makes much and keeps little: V8 is told so before it sizes its heap, and malloc to give large pieces back at
// once. The process is replaced, so that this one takes no memory beside it; not every system can. A very large report
// tells V8 once more, when its size is known (src/cli/small-heap.ts).
const frugal = {
  flags: ['--max-semi-space-size=12', '--heap-growing-percent=50'],
  env: {
    MALLOC_ARENA_MAX: '1',
    MALLOC_MMAP_THRESHOLD_: '131072',
    MALLOC_TRIM_THRESHOLD_: '131072',
    WITNESSMARK_FRUGAL: '1',
  },
};
const isReport =
  process.argv[2] === 'report' && process.argv[3] !== 'diff' && process.env.WITNESSMARK_FRUGAL === undefined;

function replaceProcess() {
  // It is called experimental, and would say so to every user.
  process.emitWarning = () => {};
  const args = [process.execPath, ...frugal.flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  process.execve(process.execPath, args, { ...process.env, ...frugal.env });
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  if (isReport && process.platform !== 'win32' && process.execve) replaceProcess();
  module.enableCompileCache(cache);
  await import(main);
} else if (existsSync(pinned)) {
  const env = { ...process.env, NODE_COMPILE_CACHE: cache, ...(isReport ? frugal.env : {}) };
  const args = [...(isReport ? frugal.flags : []), main, ...process.argv.slice(2)];
  const { status, signal } = spawnSync(pinned, args, { stdio: 'inherit', env });
  process.exitCode = signal ? 128 : (status ?? 2);
} else {
  console.error(`witnessmark needs Node 24 or newer, this is ${process.versions.node}: run "npm ci", which brings it`);
  process.exitCode = 2;
}
