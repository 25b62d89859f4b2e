import { z } from 'zod';
import { answerNotaryCall, NotaryCall } from '../src/adapters/aws/store/notary-calls.ts';
import { parseStoreLocation } from '../src/adapters/aws/store/store-location.ts';
import { wrap } from './wrap.ts';

const Environment = z.strictObject({
  WITNESSMARK_STORE: z.string().startsWith('s3://'),
  /** Not read from the bucket, whose writers could make it stand for another log. */
  WITNESSMARK_ORIGIN: z.string().regex(/^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/),
});

/** Signs checkpoints; the only function that may. */
export const handler = wrap({
  event: NotaryCall,
  environment: Environment,
  run: async ({ event, environment }) => {
    const { deployedNotary } = await import('../src/adapters/aws/deployed/notary.ts');
    const { WITNESSMARK_STORE: address, WITNESSMARK_ORIGIN: origin } = environment;
    return answerNotaryCall(await deployedNotary(parseStoreLocation(address), origin), event);
  },
});

export const needs = [
  { sid: 'Sign', actions: ['kms:GetPublicKey', 'kms:Sign'], resources: ['CheckpointKey'] },
  { sid: 'Remember', actions: ['s3:GetObject', 's3:PutObject'], resources: ['NotaryBucket/notary.json'] },
  { sid: 'KnowWhatIsAbsent', actions: ['s3:ListBucket'], resources: ['NotaryBucket'] },
  { sid: 'DataKey', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['DataKey'] },
];
