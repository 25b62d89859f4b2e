import { type ObjectJobsOptions, objectJobs } from '../../src/adapters/aws/reports/report-jobs.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import type { Clock } from '../../src/ports/clock.ts';

interface Options {
  readonly files?: Map<string, Uint8Array>;
  readonly clock: Clock;
  readonly start?: ObjectJobsOptions['start'];
}

/** Jobs over objects in memory, and which turns were started. */
export function memoryJobs({ files = new Map(), clock, start = async () => {} }: Options) {
  const objects = memoryObjects({ files });
  const started: string[] = [];
  async function* folders() {
    const names = new Set<string>();
    for await (const key of objects.list('reports/')) {
      const [, name, rest] = key.split('/');
      if (name !== undefined && rest !== undefined) names.add(name);
    }
    yield* names;
  }
  const jobs = objectJobs({
    objects,
    folders,
    clock,
    start: async (turn) => {
      started.push(`${turn.job} ${turn.part}`);
      await start(turn);
    },
  });
  return { jobs, objects, started, files };
}
