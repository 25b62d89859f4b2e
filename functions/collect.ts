import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { MemberRole } from './environment.ts';
import { assumeMemberRole, openStore, putInStore, readIndex, readInStore, replaceInStore } from './needs.ts';
import { wrap } from './wrap.ts';

/** One task of a run: reads AWS, judges, and stages what it came to. It appends nothing to the ledger. */
export const handler = wrap({
  event: z.strictObject({ run: z.uuid(), index: z.int().min(0) }),
  environment: StoreEnvironment.extend(MemberRole),
  answers: ['run-catalogue-differs', 'run-task-unknown', 'stage-missing'],
  run: async ({ event, environment, context, log }) => {
    const { collectDeployed } = await import('../src/adapters/aws/deployed/collect.ts');
    // A tenth of the time is kept for writing; what was not read until then is recorded as timed out.
    const reserve = context.getRemainingTimeInMillis() / 10;
    const remaining = () => context.getRemainingTimeInMillis() - reserve;
    const { failed, calls, throttles } = await collectDeployed(environment, event, remaining);
    if (failed !== undefined) log({ level: 'warn', message: 'task not read whole', ...failed });
    return { ok: true as const, index: event.index, whole: failed === undefined, calls, throttles };
  },
});

export const needs = [
  ...openStore,
  readInStore('ReadTask', 'staging/*', 'custom-active/*', 'recording/*', 'evidence/*'),
  ...readIndex,
  putInStore('Keep', 'evidence/*', 'retrievals/*'),
  replaceInStore('Stage', 'staging/*'),
  assumeMemberRole,
];
/** Its role also may read what the readers declare, in the account of the stack. */
export const readsAws = true;
