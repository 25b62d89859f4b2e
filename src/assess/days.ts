import type { Period } from '../model/scope.ts';

const DAY_MS = 86_400_000;

/** Every UTC day of the period, both ends included. */
export function daysOf(period: Period): string[] {
  const days: string[] = [];
  for (let at = Date.parse(period.from); at <= Date.parse(period.to); at += DAY_MS) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

/** The last millisecond of the period. */
export const endOf = (period: Period): string => `${period.to}T23:59:59.999Z`;

/** The first millisecond of the period. */
export const startOf = (period: Period): string => `${period.from}T00:00:00.000Z`;

/** Runs of equal characters that satisfy `wanted`, as pairs of day indices, both included. */
export function stretches(strip: string, wanted: (code: string) => boolean): [from: number, to: number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < strip.length; i += 1) {
    if (!wanted(strip.charAt(i))) continue;
    const last = found.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found;
}
