import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { appendLedger, queryIndex, readInStore } from './needs.ts';
import { wrap } from './wrap.ts';

/** Puts what the tasks of a run have staged into the ledger, and the run's end. */
export const handler = wrap({
  event: z.strictObject({ run: z.uuid() }),
  environment: StoreEnvironment,
  run: async ({ event, environment }) => {
    const { sealDeployed } = await import('../src/adapters/aws/deployed/run.ts');
    return { ok: true as const, ...(await sealDeployed(environment, event.run)) };
  },
});

export const needs = [...appendLedger, queryIndex, readInStore('ReadStaged', 'staging/*')];
