import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { deploymentIn } from './metrics.ts';
import { readIndex, readRetention, readWholeStore, replaceInStore, writeIndex } from './needs.ts';
import { wrap } from './wrap.ts';

/** Measures ten indicators, writes them as metrics, and keeps the result for the API. */
export const handler = wrap({
  // Two days, so that what a daily schedule should have done is always in the window.
  event: z.strictObject({ days: z.int().min(1).max(366).default(2) }),
  environment: StoreEnvironment,
  run: async ({ event, environment, log }) => {
    const { healthDeployed } = await import('../src/adapters/aws/deployed/health.ts');
    const { healthLine } = await import('./health-metrics.ts');
    const health = await healthDeployed(environment, event.days);
    log(healthLine(health, deploymentIn(process.env)));
    const missed = health.slis.filter((it) => it.state === 'missed').map((it) => it.id);
    const unknown = health.slis.filter((it) => it.state === 'unknown').map((it) => it.id);
    return { ok: missed.length === 0, at: health.at, missed, unknown };
  },
});

export const needs = [
  ...readWholeStore,
  ...readIndex,
  writeIndex,
  ...readRetention,
  replaceInStore('Keep', 'health/newest.json'),
];
