import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { Timestamp } from '../src/model/primitives.ts';
import { configured, Parameters } from './environment.ts';
import { appendLedger, CONFIGURED, queryIndex, readInStore } from './needs.ts';
import { wrap } from './wrap.ts';

/** Makes the assessments that are configured, over what the ledger holds by now. */
export const handler = wrap({
  event: z.strictObject({ at: Timestamp }),
  environment: StoreEnvironment.extend(Parameters),
  answers: ['config-invalid'],
  run: async ({ event, environment }) => {
    const { assessDeployed } = await import('../src/adapters/aws/deployed/run.ts');
    return { ok: true as const, ...(await assessDeployed(environment, event.at, configured(environment))) };
  },
});

export const needs = [...appendLedger, queryIndex, readInStore('ReadJudged', ...CONFIGURED)];
