import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Three projects: what needs npm alone and is quick, processes that die, and what needs emulators or other languages.
export default defineConfig({
  test: {
    // The default leaves one core idle, which on two cores is half of them.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/emulators/**', 'test/crash/**', 'test/hostile/end-to-end.test.ts'],
          testTimeout: 20_000,
          // Modules hold no state that a test could leave behind; to load them anew for each file takes a fifth of the time.
          isolate: false,
        },
      },
      {
        test: {
          // Real processes that die or are told lies: they need npm alone too, but take their time.
          name: 'crash',
          include: ['test/crash/**/*.test.ts', 'test/hostile/end-to-end.test.ts'],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'emulators',
          include: ['test/emulators/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
