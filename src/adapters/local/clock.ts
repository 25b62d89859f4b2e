import type { Clock } from '../../ports/clock.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date().toISOString() };

/** A clock that stands still, for recordings that bring their own time, and for tests. */
export const fixedClock = (now: string): Clock => ({ now: () => now });
