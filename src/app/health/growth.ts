import { counted, type Measured, type Span } from './measured.ts';
import type { Amount, Survey } from './survey.ts';

const YEAR_DAYS = 365;
const DAY_MS = 86_400_000;
const MIB = 2 ** 20;

/** M8: bytes and objects that were added a day, and what that comes to in a year if it goes on. */
export function storageGrowth(
  { total, oldest, added }: Pick<Survey, 'total' | 'oldest' | 'added'>,
  span: Span,
): Measured {
  if (total.objects === 0) return { unknown: 'the store holds no object' };
  // A store that is younger than the window has grown in its own days only.
  const age = Math.ceil((Date.parse(span.to) - Date.parse(oldest)) / DAY_MS);
  const days = Math.min(span.days, Math.max(1, age));
  const sum = [...added.values()].reduce<Amount>(
    (all, it) => ({ objects: all.objects + it.objects, bytes: all.bytes + it.bytes }),
    { objects: 0, bytes: 0 },
  );
  const [bytes, objects] = [Math.round(sum.bytes / days), Math.round(sum.objects / days)];
  const projected = total.bytes + bytes * YEAR_DAYS;
  const says = `${counted(objects, 'object')} a day over ${counted(days, 'day')}; ${mib(total.bytes)} now, ${mib(projected)} in a year if it goes on`;
  const byDay = Object.fromEntries(
    [...added].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, it]) => [day, { ...it }]),
  );
  return {
    value: bytes,
    says,
    details: { total: { ...total }, objectsPerDay: objects, bytesInAYear: projected, byDay },
  };
}

const mib = (bytes: number): string => `${Math.ceil(bytes / MIB)} MiB`;
