import { z } from 'zod';

/** Variables of every function that opens the store. */
export const StoreEnvironment = z.strictObject({
  /** As `--store` takes it: `s3://bucket/?table=…`. */
  WITNESSMARK_STORE: z.string().startsWith('s3://').max(4000),
  /** Name of the notary's function. */
  WITNESSMARK_NOTARY: z.string().regex(/^[\w:.-]{1,170}$/, 'expected the name or ARN of a function'),
});
export type StoreEnvironment = z.infer<typeof StoreEnvironment>;
