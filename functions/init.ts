import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { appendLedger, putInStore, queryIndex, readNotaryMemory } from './needs.ts';
import { wrap } from './wrap.ts';

/** Makes the store of the deployment: certificates, verifier key, and the entry that seals them. Once. */
export const handler = wrap({
  event: z.strictObject({ organisation: z.string().min(1).max(200) }),
  environment: StoreEnvironment.extend({ WITNESSMARK_ORIGIN: z.string().min(1).max(200) }),
  answers: ['store-exists', 'store-init-differs', 'store-invalid', 'store-name'],
  run: async ({ event, environment }) => {
    const { initDeployed } = await import('../src/adapters/aws/deployed/init.ts');
    return { ok: true as const, ...(await initDeployed(environment, event.organisation)) };
  },
});

export const needs = [
  ...appendLedger,
  queryIndex,
  putInStore('Make', 'store.json', 'trust/*'),
  { sid: 'KnowKeys', actions: ['kms:GetPublicKey'], resources: ['CheckpointKey', 'ReportKey', 'RootKey'] },
  { sid: 'Certify', actions: ['kms:Sign'], resources: ['RootKey'] },
  ...readNotaryMemory,
];
