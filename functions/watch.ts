import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { Topic } from './environment.ts';
import { QueueEvent } from './events.ts';
import { appendLedger, CUSTOM_SET, publish, putInStore, readInStore, takeFrom } from './needs.ts';
import { wrap } from './wrap.ts';

/** Watched events from the queue. What fails goes back by its id, and to the dead letters after five times. */
export const handler = wrap({
  event: QueueEvent,
  environment: StoreEnvironment.extend(Topic),
  run: async ({ event, environment, log }) => {
    const { watchDeployed } = await import('../src/adapters/aws/deployed/watch.ts');
    const { failed, ...result } = await watchDeployed(environment, event);
    log({ level: failed.length > 0 ? 'warn' : 'info', message: 'watched', ...result, failed });
    return { batchItemFailures: failed.map(({ id }) => ({ itemIdentifier: id })) };
  },
});

export const needs = [
  ...appendLedger,
  readInStore('ReadAlerts', 'alerts/*', ...CUSTOM_SET),
  putInStore('Alerts', 'alerts/*'),
  publish('AlertsTopic'),
  takeFrom('WatchQueue'),
];
