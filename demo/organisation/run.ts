import { awsCloud } from '../../src/adapters/aws/cloud.ts';
import { plan } from '../../src/collect/plan.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { loadServices } from '../../src/collect/services.ts';
import { shareCalls } from '../../src/collect/shared-calls.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import type { Task } from '../../src/model/run.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { answersAt } from './answers.ts';
import type { Emulator } from './emulator.ts';
import { ACCOUNTS, COLLECTOR_ROLE, PRODUCTION, READ_ROLE, REGIONS, roleArn } from './names.ts';
import { startProxy } from './proxy.ts';
import { between, type Random, randomOf } from './random.ts';
import { assumed, type World } from './world.ts';

/** What one run of the collector made. */
export interface RecordedRun {
  readonly tasks: readonly Task[];
  readonly retrievals: readonly Retrieval[];
}

/** By this the digests of redacted values are made; a recording that is public has no secret to keep. */
const REDACTION = { secret: 'example-health demo recording' };

/**
 * One run, as `witnessmark collect --record` makes it, at a time of the recording. Calls are made one
 * after the other, so that the times and the order are the same in every recording.
 */
export async function recordRun(emulator: Emulator, world: World, at: string): Promise<RecordedRun> {
  const random = randomOf(Date.parse(at) / 1000);
  await emulator.setTime(at);
  const proxy = await startProxy(emulator.url, answersAt(world, at, random));
  const cloud = awsCloud({
    clock: steppingClock(at, random),
    credentials: await assumed(proxy.url, roleArn(PRODUCTION, COLLECTOR_ROLE)),
    roleName: READ_ROLE,
    endpoint: proxy.url,
  });
  const { services } = await loadServices();
  const tasks = plan({ accounts: ACCOUNTS, regions: REGIONS, services });
  const shared = shareCalls(oneAtATime(cloud), services);
  const retrievals: Retrieval[] = [];
  for (const task of tasks) {
    const service = services.find((it) => it.id === task.service);
    if (service === undefined) throw new Error(`no service ${task.service}`);
    const reading = await readTask({ service, cloud: shared.forTask(), task, at, redact: REDACTION });
    retrievals.push(...reading.retrievals);
  }
  cloud.close();
  await proxy.close();
  return { tasks, retrievals };
}

/** A clock that moves on at each look, by as much as a call takes. */
function steppingClock(start: string, random: Random): Clock {
  let time = Date.parse(start);
  return {
    now() {
      time += between(random, 35, 180);
      return new Date(time).toISOString();
    },
  };
}

function oneAtATime(cloud: Cloud): Cloud {
  let last: Promise<unknown> = Promise.resolve();
  return {
    // The emulator's reports are ready when they are asked for again; a real pause would let calls change places.
    pause: () => Promise.resolve(),
    call(request) {
      const reply = last.then(() => cloud.call(request));
      last = reply;
      return reply;
    },
  };
}
