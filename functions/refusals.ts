import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { appendLedger, tellFailures } from './needs.ts';
import { wrap } from './wrap.ts';

/** More than Lambda takes in one event. */
const MAX_BASE64 = 8 * 1024 * 1024;

/** Lines of the gateway's access log, as a subscription of CloudWatch Logs delivers them. */
export const handler = wrap({
  event: z.strictObject({ awslogs: z.strictObject({ data: z.string().max(MAX_BASE64) }) }),
  environment: StoreEnvironment,
  run: async ({ event, environment, log }) => {
    const { refusalsDeployed } = await import('../src/adapters/aws/deployed/refusals.ts');
    const result = await refusalsDeployed(environment, event.awslogs.data);
    log({ message: 'refusals', ...result });
    return { ok: true as const, ...result };
  },
});

export const needs = [...appendLedger, tellFailures];
