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

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache(cache);
  await import(main);
} else if (existsSync(pinned)) {
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  const { status, signal } = spawnSync(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit', env });
  process.exitCode = signal ? 128 : (status ?? 2);
} else {
  console.error(`witnessmark needs Node 24 or newer, this is ${process.versions.node}: run "npm ci", which brings it`);
  process.exitCode = 2;
}
