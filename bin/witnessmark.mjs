#!/usr/bin/env node
// Starts the command line on the Node that the project pins (24 or newer), whatever the machine has:
// the sources are TypeScript, which older versions do not run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main);
} else if (existsSync(pinned)) {
  const { status, signal } = spawnSync(pinned, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = signal ? 128 : (status ?? 2);
} else {
  console.error(`witnessmark needs Node 24 or newer, this is ${process.versions.node}: run "npm ci", which brings it`);
  process.exitCode = 2;
}
