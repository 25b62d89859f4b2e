import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { invoke, type Need, putInStore, queryIndex, readWholeStore, replaceInStore, writeLedger } from './needs.ts';
import { wrap } from './wrap.ts';

/** Makes a report that somebody asked for, or a part of it, and has itself invoked again for the next. */
export const handler = wrap({
  event: z.strictObject({ job: z.uuid(), part: z.int().min(1).max(1000) }),
  environment: StoreEnvironment,
  run: async ({ event, environment, context }) => {
    const { reportDeployed } = await import('../src/adapters/aws/deployed/report.ts');
    return reportDeployed(environment, event, context);
  },
});

export const needs: readonly Need[] = [
  ...readWholeStore,
  ...writeLedger,
  queryIndex,
  putInStore('PutReport', 'reports/*'),
  replaceInStore('FollowReport', 'staging/reports/*'),
  {
    sid: 'EndUploads',
    actions: ['s3:AbortMultipartUpload'],
    resources: ['StoreBucket/reports/*'],
  },
  { sid: 'FindUploads', actions: ['s3:ListBucketMultipartUploads'], resources: ['StoreBucket'] },
  { sid: 'SignReport', actions: ['kms:GetPublicKey', 'kms:Sign'], resources: ['ReportKey'] },
  invoke('ReportFunction'),
];
