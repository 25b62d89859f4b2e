import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { configured, MemberRole, Parameters, Trails } from './environment.ts';
import { IngestEvent } from './events.ts';
import {
  appendLedger,
  assumeMemberRole,
  CONFIGURED,
  putInStore,
  queryIndex,
  readInStore,
  readTrails,
} from './needs.ts';
import { wrap } from './wrap.ts';

/** Takes in CloudTrail events: what trails delivered, or the event history. Asks to be called again while there is `more`. */
export const handler = wrap({
  event: IngestEvent,
  environment: StoreEnvironment.extend({
    ...MemberRole,
    ...Parameters,
    ...Trails,
  }),
  answers: ['config-invalid', 'ingest-address', 'ingest-out-of-scope'],
  run: async ({ event, environment, context, log }) => {
    const { ingestDeployed } = await import('../src/adapters/aws/deployed/ingest.ts');
    // A fifth of the time is kept for what is under way and for sealing.
    const reserve = context.getRemainingTimeInMillis() / 5;
    const isOver = () => context.getRemainingTimeInMillis() < reserve;
    const { failures, ...result } = await ingestDeployed(environment, { ...event, isOver }, configured(environment));
    for (const it of failures) log({ ...it, level: 'warn', message: 'not read', run: event.run, why: it.message });
    return { ...result, failures: failures.length };
  },
});

export const needs = [
  ...appendLedger,
  queryIndex,
  readInStore('ReadIngested', 'events/*', ...CONFIGURED),
  putInStore('KeepEvents', 'events/*', 'retrievals/*'),
  assumeMemberRole,
  ...readTrails,
];
/** Its role also may read what the readers declare, `cloudtrail:LookupEvents` among it, in the account of the stack. */
export const readsAws = true;
