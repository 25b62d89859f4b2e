import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { openStore, publishLedger, readLedger } from './needs.ts';
import { wrap } from './wrap.ts';

/** Kept for the last chunk and for answering. */
const RESERVE_MS = 60_000;

/** Signs what was sequenced and is not signed, and brings the index up to it; `more` where the time was too short. */
export const handler = wrap({
  event: z.looseObject({}),
  environment: StoreEnvironment,
  run: async ({ environment, context }) => {
    const { publishAll } = await import('../src/app/publish.ts');
    const { withDeployedStore } = await import('../src/adapters/aws/deployed/deployment.ts');
    const hasTime = () => context.getRemainingTimeInMillis() > RESERVE_MS;
    return withDeployedStore(environment, async ({ store }) => ({
      ok: true as const,
      ...(await publishAll(store, hasTime)),
    }));
  },
});

export const needs = [...openStore, readLedger, ...publishLedger];
