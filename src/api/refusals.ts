import type { Person } from '../model/access.ts';
import type { Clock } from '../ports/clock.ts';

/** Says which refusals get an entry of their own. */
export interface RefusalCounter {
  /**
   * The number of refusals that were passed over since the last one with an entry; undefined where this
   * one is passed over as well.
   */
  pass(by: Person | null): number | undefined;
}

/** Refused callers without a name that get an entry in one minute. */
const PER_MINUTE = 30;

/**
 * Whoever is signed in has each refusal recorded. Callers whom nobody vouches for could fill the ledger:
 * of them so many a minute are, and the others are counted in the next.
 */
export function refusalCounter(clock: Clock): RefusalCounter {
  let minute = '';
  let recorded = 0;
  let omitted = 0;
  return {
    pass(by) {
      if (by !== null) return 0;
      const now = clock.now().slice(0, 16);
      if (now !== minute) recorded = 0;
      minute = now;
      if (recorded >= PER_MINUTE) {
        omitted += 1;
        return undefined;
      }
      recorded += 1;
      const counted = omitted;
      omitted = 0;
      return counted;
    },
  };
}
