import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const RECORDING = 'test/fixtures/recording';

/** A new folder for what a test leaves behind. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'wm-cli-'));

/** Runs the command line as a user would. */
export function cli(...args: string[]) {
  const env = { ...process.env, AWS_REGION: '', AWS_DEFAULT_REGION: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/witnessmark.mjs', ...args], {
    encoding: 'utf8',
    env,
  });
  return {
    status,
    stdout,
    stderr,
    json: () => JSON.parse(stdout),
    lines: () =>
      stdout
        .trim()
        .split('\n')
        .map((it) => JSON.parse(it)),
  };
}
