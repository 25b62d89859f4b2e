import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { deploymentIn } from './metrics.ts';
import { queryIndex, readNotary, readWholeStore, writeLedger } from './needs.ts';
import { wrap } from './wrap.ts';

/** Derives the ledger again, seals what came of it, and raises the alarm where it failed or could not be sealed. */
export const handler = wrap({
  event: z.strictObject({ covers: z.enum(['whole', 'new']).default('whole') }),
  environment: StoreEnvironment,
  run: async ({ event, environment, log }) => {
    const { auditDeployed } = await import('../src/adapters/aws/deployed/health.ts');
    const { auditLine } = await import('./health-metrics.ts');
    const from = performance.now();
    const audit = await auditDeployed(environment, event.covers);
    const { result, notSealed } = audit;
    const timed = { milliseconds: Math.round(performance.now() - from), at: new Date().toISOString() };
    log(auditLine(audit, timed, deploymentIn(process.env)));
    const first = result.findings.slice(0, 10).map(({ code, object }) => `${code} ${object}`);
    return {
      ok: result.ok && notSealed === undefined,
      size: result.size,
      findings: first,
      notSealed: notSealed ?? null,
    };
  },
});

export const needs = [...readWholeStore, ...writeLedger, queryIndex, ...readNotary];
