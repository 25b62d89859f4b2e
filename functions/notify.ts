import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployment-environment.ts';
import { openStore, publish, readInStore, replaceInStore } from './needs.ts';
import { wrap } from './wrap.ts';

/** What the steps before gave, as they gave it: each was checked by the step that made it. */
const Step = z.looseObject({ step: z.looseObject({ ok: z.boolean() }) }).optional();

/** Last step of a run, whatever it came to: tells people, and gives back the right to make runs. */
export const handler = wrap({
  event: z.strictObject({
    execution: z.string(),
    /** The state of the machine where the run has come to its end, or to an early one. */
    reached: z.looseObject({
      plan: Step,
      sealed: Step,
      ingested: Step,
      assessed: Step,
      /** What Step Functions says of a step that threw. */
      error: z.looseObject({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
    }),
  }),
  environment: StoreEnvironment.extend({ WITNESSMARK_TOPIC: z.string().startsWith('arn:') }),
  run: async ({ event, environment }) => {
    const { notifyDeployed } = await import('../src/adapters/aws/deployed-notify.ts');
    const status = await notifyDeployed(environment, event);
    return { ok: true as const, status };
  },
});

export const needs = [
  ...openStore,
  readInStore('ReadLease', 'state/lease.json'),
  replaceInStore('Lease', 'state/lease.json'),
  publish('AlertsTopic'),
];
