import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployment-environment.ts';
import { AccountId, Day } from '../src/model/primitives.ts';
import { configured, MemberRole, names, Parameters } from './environment.ts';
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

const Source = z.enum(['trails', 'lookup']);

/** Takes in CloudTrail events: what trails delivered, or the event history. Asks to be called again while there is `more`. */
export const handler = wrap({
  event: z.strictObject({
    /** Those that the deployment names where left out. */
    sources: z.array(Source).min(1).optional(),
    /** Some of those that are configured; all of them where left out. */
    accounts: z.array(AccountId).min(1).optional(),
    since: Day.optional(),
    run: z.string().max(200).optional(),
  }),
  environment: StoreEnvironment.extend({
    ...MemberRole,
    ...Parameters,
    WITNESSMARK_TRAIL_BUCKETS: names,
    WITNESSMARK_EVENT_SOURCES: names.pipe(z.array(Source)),
  }),
  answers: ['config-invalid', 'ingest-address', 'ingest-out-of-scope'],
  run: async ({ event, environment, context, log }) => {
    const { ingestDeployed } = await import('../src/adapters/aws/deployed-ingest.ts');
    // A fifth of the time is kept for what is under way and for sealing.
    const reserve = context.getRemainingTimeInMillis() / 5;
    const { sources = environment.WITNESSMARK_EVENT_SOURCES } = event;
    const isOver = () => context.getRemainingTimeInMillis() < reserve;
    const { failures, ...result } = await ingestDeployed(
      environment,
      { ...event, sources, isOver },
      configured(environment),
    );
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
