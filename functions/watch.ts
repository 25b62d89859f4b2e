import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployment-environment.ts';
import { appendLedger, CUSTOM_SET, publish, putInStore, readInStore, takeFrom } from './needs.ts';
import { wrap } from './wrap.ts';

const Sent = z.looseObject({ SentTimestamp: z.string().regex(/^\d{1,15}$/) });

/** Watched events from the queue. What fails goes back by its id, and to the dead letters after five times. */
export const handler = wrap({
  event: z.looseObject({
    Records: z.array(z.looseObject({ messageId: z.string(), body: z.string(), attributes: Sent })).max(10_000),
  }),
  environment: StoreEnvironment.extend({ WITNESSMARK_TOPIC: z.string().startsWith('arn:') }),
  run: async ({ event, environment, log }) => {
    const { watchDeployed } = await import('../src/adapters/aws/deployed-watch.ts');
    const messages = event.Records.map(({ messageId: id, body, attributes: { SentTimestamp: sent } }) => ({
      ...{ id, body, receivedAt: new Date(Number(sent)).toISOString() },
    }));
    const { failed, ...result } = await watchDeployed(environment, messages);
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
