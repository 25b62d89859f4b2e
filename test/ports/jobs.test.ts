import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { fixedClock } from '../../src/adapters/local/clock.ts';
import { folderJobs } from '../../src/adapters/local/report-jobs.ts';
import { memoryJobs } from '../adapters/report-jobs.ts';
import { jobsSuite } from './jobs.suite.ts';

const base = await mkdtemp(join(tmpdir(), 'witnessmark-jobs-'));
afterAll(() => rm(base, { recursive: true, force: true }));
const clock = { now: () => new Date().toISOString() };

let count = 0;
const openFolder = () => folderJobs(join(base, `${count}`), { clock, make: () => new Promise(() => {}) });
jobsSuite('folder', {
  open: async () => {
    count += 1;
    return openFolder();
  },
  reopen: openFolder,
});

let files = new Map<string, Uint8Array>();
jobsSuite('objects', {
  open: async () => {
    files = new Map();
    return memoryJobs({ files, clock: fixedClock('2026-11-01T00:00:00.000Z') }).jobs;
  },
  reopen: async () => memoryJobs({ files, clock: fixedClock('2026-11-01T00:00:00.000Z') }).jobs,
});
