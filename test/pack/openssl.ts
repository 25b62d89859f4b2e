import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether a command is installed; tests that need it say so and do nothing without it. */
export function installed(command: string, flag = 'version'): boolean {
  const { error } = spawnSync(command, [flag], { stdio: 'ignore' });
  if (error !== undefined) console.warn(`${command} is not installed: what it would have judged is not tested`);
  return error === undefined;
}

/** Runs work in a folder with these files, which is removed afterwards. */
export function inFolder<T>(files: Readonly<Record<string, string | Uint8Array>>, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'witnessmark-pack-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All that a command says; throws when its status is not 0. */
export function run(folder: string, command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** As `inFolder` for work that takes its time. */
export async function inFolderAsync<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'witnessmark-pack-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
