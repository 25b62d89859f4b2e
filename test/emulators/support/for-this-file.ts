import { afterAll, afterEach } from 'vitest';
import type { Emulator } from './emulator.ts';

/** Starts an emulator for a file of tests: it is stopped at their end, and its log is shown where one fails. */
export async function forThisFile<T extends Emulator>(start: Promise<T>): Promise<T> {
  const emulator = await start;
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(`log of ${emulator.endpoint}:\n${emulator.log()}`);
  });
  afterAll(() => emulator.stop());
  return emulator;
}
