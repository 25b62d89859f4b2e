/** First and last run of the recording. */
export const FIRST_DAY = '2026-09-28';
export const LAST_DAY = '2026-11-08';
/** The day on which the collector did not run. */
export const MISSING_DAY = '2026-10-17';

const DAY = 86_400_000;

/** Every day of the period, the missing one too. */
export function days(): string[] {
  const count = (Date.parse(LAST_DAY) - Date.parse(FIRST_DAY)) / DAY + 1;
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(FIRST_DAY) + index * DAY).toISOString().slice(0, 10),
  );
}

/** 02:00 UTC of a day. */
export const runTime = (day: string): string => `${day}T02:00:00.000Z`;

/** 0 on Sunday … 6 on Saturday. */
export const weekday = (day: string): number => new Date(`${day}T12:00:00Z`).getUTCDay();
