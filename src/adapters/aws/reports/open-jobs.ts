import { z } from 'zod';
import { WitnessmarkError } from '../../../model/error.ts';
import { MOST_OPEN_JOBS, tooManyJobs } from '../../../model/report-job.ts';
import type { Objects } from '../../../ports/objects.ts';
import { jsonOf, parsed } from './stored-jobs.ts';

const KEY = 'state/open-reports.json';
const Ids = z.array(z.uuid()).max(MOST_OPEN_JOBS);

/** Writes that meet another one are tried again. Each time one is let in, so that the list is full before this many. */
const MAX_TRIES = 2 * MOST_OPEN_JOBS;

/**
 * Puts a job on the list of those that may be open, `state/open-reports.json`, before it is written: of many who ask at the
 * same time, no more than there are places for are let in. Jobs that are over leave when their place is wanted.
 * Throws `jobs-too-many`.
 */
export async function reserveJob(
  objects: Objects,
  id: string,
  isOpen: (id: string) => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const found = await objects.get(KEY);
    const listed = found === undefined ? [] : parsed(KEY, found.bytes, Ids);
    const open = listed.length < MOST_OPEN_JOBS ? listed : await filtered(listed, isOpen);
    if (open.length >= MOST_OPEN_JOBS) throw tooManyJobs();
    if ((await objects.replace(KEY, jsonOf([...open, id]), found?.version)) === 'replaced') return;
  }
  throw new WitnessmarkError('objects-busy', `${KEY}: ${MAX_TRIES} writes in a row met another one`);
}

async function filtered(ids: readonly string[], isOpen: (id: string) => Promise<boolean>): Promise<string[]> {
  const open = await Promise.all(ids.map(isOpen));
  return ids.filter((_, at) => open[at]);
}
