import { awsCloud } from '../../src/adapters/aws/cloud.ts';
import type { CheckSource } from '../../src/app/catalogue.ts';
import { type JudgedSubject, judgeTask } from '../../src/app/judged.ts';
import type { Catalogue } from '../../src/catalog/catalogue.ts';
import { readTask } from '../../src/collect/read-task.ts';
import type { TaskReading } from '../../src/collect/reading.ts';
import { loadService } from '../../src/collect/services.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { ANY_KEY, HOME } from '../emulators/support/moto.ts';

/** A check of ours as it is asked of one scenario. */
export interface Asked {
  readonly check: string;
  readonly params: JsonObject;
  readonly regions: readonly string[];
}

/** Reads the emulated account as `collect` does, for one check, and judges every subject. */
export function judgeOn(endpoint: string, catalogue: Catalogue): (asked: Asked) => Promise<JudgedSubject[]> {
  return async ({ check: id, params, regions }) => {
    const entry = catalogue.checks.get(id);
    if (entry === undefined) throw new Error(`there is no check ${id}`);
    const { check, compiled, service } = entry;
    const source: CheckSource = { source: `check:${id}`, check, compiled, params };
    const readings = await readAll(endpoint, service, regions);
    return readings.flatMap((reading) => judgeTask(reading, [source]).flatMap((it) => it.subjects));
  };
}

async function readAll(endpoint: string, id: string, regions: readonly string[]): Promise<TaskReading[]> {
  // Findings of AWS are not what is compared here.
  const { findings: _judgedByAws, ...service } = await loadService(id);
  const clock = { now: () => new Date().toISOString() };
  const cloud = awsCloud({ clock, endpoint, credentials: ANY_KEY, maxAttempts: 1 });
  const at = clock.now();
  const places = service.scope === 'global' ? ['global'] : regions;
  try {
    return await Promise.all(
      places.map((region) =>
        readTask({
          service,
          cloud,
          task: { account: HOME, region, service: id },
          at,
          redact: { secret: 'scenarios hold no secrets' },
        }),
      ),
    );
  } finally {
    cloud.close();
  }
}
