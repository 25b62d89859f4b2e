import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployment-environment.ts';
import { AccountId, Region } from '../src/model/primitives.ts';
import { configured, Parameters } from './environment.ts';
import { appendLedger, CONFIGURED, queryIndex, readInStore, replaceInStore } from './needs.ts';
import { wrap } from './wrap.ts';

const Event = z.strictObject({
  execution: z.string().min(1).max(300),
  at: z.iso.datetime({ offset: true }).transform((it) => new Date(it).toISOString()),
  /** What of the configuration to look at; all of it where left out. */
  scope: z.strictObject({
    accounts: z.array(AccountId).min(1).optional(),
    regions: z.array(Region).min(1).optional(),
    services: z.array(z.string()).min(1).optional(),
    /** Plays a recorded run, `recording/runs/<time>.jsonl.gz`, in place of calling AWS. */
    recording: z.string().max(100).optional(),
  }),
});

/** First step of a run: what is to be collected is sealed, and staged for the steps after it. */
export const handler = wrap({
  event: Event,
  environment: StoreEnvironment.extend(Parameters),
  answers: ['run-busy', 'config-invalid', 'collect-out-of-order', 'collect-out-of-scope', 'recording-unreadable'],
  run: async ({ event, environment }) => {
    const { planDeployed } = await import('../src/adapters/aws/deployed-run.ts');
    return { ok: true as const, ...(await planDeployed(environment, event, configured(environment))) };
  },
});

export const needs = [
  ...appendLedger,
  queryIndex,
  readInStore('ReadConfig', 'recording/*', 'staging/*', 'state/lease.json', ...CONFIGURED),
  replaceInStore('Stage', 'staging/*', 'state/lease.json'),
];
