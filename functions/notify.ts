import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { Topic } from './environment.ts';
import { NotifyEvent } from './events.ts';
import { openStore, publish, readInStore, replaceInStore } from './needs.ts';
import { wrap } from './wrap.ts';

/** Last step of a run, whatever it came to: tells people, and gives back the right to make runs. */
export const handler = wrap({
  event: NotifyEvent,
  environment: StoreEnvironment.extend(Topic),
  run: async ({ event, environment }) => {
    const { notifyDeployed } = await import('../src/adapters/aws/deployed/notify.ts');
    const status = await notifyDeployed(environment, event);
    return { ok: true as const, status };
  },
});

export const needs = [
  ...openStore,
  readInStore('ReadLease', 'state/lease.json'),
  replaceInStore('Lease', 'state/lease.json'),
  publish('AlertsTopic'),
];
