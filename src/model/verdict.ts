import { z } from 'zod';

/** What a control comes to over a period; what each means is in `src/report/words.ts`. */
export const Verdict = z.enum([
  'met',
  'met_with_exceptions',
  'not_met',
  'inconclusive',
  'not_assessed',
  'awaiting_attestation',
  'not_applicable',
]);
export type Verdict = z.infer<typeof Verdict>;

/** `unused`: nothing that the exception covers failed in the period. */
export const ExceptionState = z.enum(['in_force', 'expired', 'unused']);
export type ExceptionState = z.infer<typeof ExceptionState>;
