import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that stand beside what they test, and take too long to be run each time. */
const SLOW = [
  'test/app/replay-dynamodb.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/pack/timestamp/verify.test.ts',
  'test/cli/report-diff.test.ts',
  'test/cli/status.test.ts',
  'test/cli/usage.test.ts',
  'test/hostile/pdf.test.ts',
  'test/pack/zip.test.ts',
  'test/hostile/end-to-end.test.ts',
  'test/app/collect-memory.test.ts',
  'test/app/collect/steps-faults.test.ts',
  'test/collect/large-account.test.ts',
  'test/scripts/new.test.ts',
];

// Four projects: what needs npm alone and is quick, processes that die, what needs emulators or other languages, and the
// deployed stack.
export default defineConfig({
  test: {
    // The default leaves one core idle, which on two cores is half of them.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/emulators/**', 'test/deploy/**', 'test/crash/**', ...SLOW],
          testTimeout: 20_000,
          // Modules hold no state that a test could leave behind; to load them anew for each file takes a fifth of the time.
          isolate: false,
        },
      },
      {
        test: {
          // Real processes that die or are told lies, and what is large: they need npm alone too, but take their time.
          name: 'crash',
          include: ['test/crash/**/*.test.ts', ...SLOW],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'emulators',
          include: ['test/emulators/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          // Two files at once: each has servers of its own, on ports that were free.
          maxWorkers: 2,
        },
      },
      {
        test: {
          // Against the deployed stack: `npm run test:deploy` makes it and runs this project. One file after the other.
          name: 'deploy',
          include: ['test/deploy/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
