import type { Plan, Run } from '../model/run.ts';
import type { Store } from './store.ts';

type Maker = Pick<Store, 'identity' | 'software'>;

/** The body that is sealed before a run's first call. */
export function planBody(
  { identity, software }: Maker,
  given: Pick<Plan, 'run' | 'at' | 'mode' | 'via' | 'tasks' | 'catalogue'>,
): Plan {
  const id = identity.id('plan', given.run);
  return { v: 1, kind: 'plan', id, salt: identity.salt(id), software, ...given };
}

/** The body that is sealed when a run ends; counts that are not given are zero. */
export function runBody(
  { identity }: Maker,
  given: Pick<Run, 'run' | 'at' | 'mode'> & Partial<Omit<Run, 'v' | 'kind' | 'id' | 'salt'>>,
): Run {
  const id = identity.id('run-end', given.run);
  const nothing = { expected: 0, collected: 0, failed: [], calls: 0, throttles: 0, files: [] };
  const times = { startedAt: given.at, endedAt: given.at };
  return { v: 1, kind: 'run', id, salt: identity.salt(id), ...times, ...nothing, ...given };
}
