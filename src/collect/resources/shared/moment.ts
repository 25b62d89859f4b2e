import { z } from 'zod';

/** A time as AWS writes it, to the second or finer, with any offset; gives UTC with milliseconds. */
export const Moment = z.iso
  .datetime({ offset: true })
  .max(40)
  .transform((text) => new Date(text).toISOString());
