import { z } from 'zod';
import { StoreEnvironment } from '../src/adapters/aws/deployed/deployment-environment.ts';
import { invoke, putInStore, queryIndex, readWholeStore, replaceInStore, writeLedger } from './needs.ts';
import { wrap } from './wrap.ts';

/** The HTTP API behind API Gateway, which has verified the token. */
export const handler = wrap({
  event: z.looseObject({ version: z.literal('2.0'), requestContext: z.looseObject({}) }),
  environment: StoreEnvironment.extend({
    WITNESSMARK_ISSUER: z.url(),
    WITNESSMARK_AUDIENCE: z.string().min(1).max(256),
    WITNESSMARK_REPORT: z.string().regex(/^[\w:.-]{1,170}$/, 'expected the name or ARN of a function'),
  }),
  run: async ({ event, environment, log }) => {
    const { answerDeployed } = await import('../src/adapters/aws/deployed/api.ts');
    return answerDeployed(environment, event, log);
  },
});

export const needs = [
  ...readWholeStore,
  ...writeLedger,
  queryIndex,
  putInStore('Attach', 'attachments/*'),
  replaceInStore('AskForReport', 'reports/*', 'state/open-reports.json'),
  invoke('ReportFunction'),
];
