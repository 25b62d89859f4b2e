import { WitnessmarkError } from '../../model/error.ts';

const DAY_MS = 86_400_000;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * Days (of 24 hours, with fractions) from `timestamp` to `now`, both RFC 3339; negative where the
 * timestamp lies in the future. Throws `evaluate-time` for anything else, such as null or `N/A`.
 */
export function ageDays(timestamp: unknown, now: string): number {
  return (toMillis(now) - toMillis(timestamp)) / DAY_MS;
}

function toMillis(text: unknown): number {
  const millis = typeof text === 'string' && TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(millis)) return millis;
  throw new WitnessmarkError(
    'evaluate-time',
    `expected a time such as 2026-10-01T02:00:00Z, found ${JSON.stringify(text)?.slice(0, 60)}`,
  );
}
