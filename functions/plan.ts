import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { configured, Parameters } from './environment.ts';
import { PlanEvent } from './events.ts';
import { appendLedger, CONFIGURED, queryIndex, readInStore, replaceInStore } from './needs.ts';
import { wrap } from './wrap.ts';

/** First step of a run: what is to be collected is sealed, and staged for the steps after it. */
export const handler = wrap({
  event: PlanEvent,
  environment: StoreEnvironment.extend(Parameters),
  answers: ['run-busy', 'config-invalid', 'collect-out-of-order', 'collect-out-of-scope', 'recording-unreadable'],
  run: async ({ event, environment }) => {
    const { planDeployed } = await import('../src/adapters/aws/deployed/run.ts');
    return { ok: true as const, ...(await planDeployed(environment, event, configured(environment))) };
  },
});

export const needs = [
  ...appendLedger,
  queryIndex,
  readInStore('ReadConfig', 'recording/*', 'staging/*', 'state/lease.json', ...CONFIGURED),
  replaceInStore('Stage', 'staging/*', 'state/lease.json'),
];
