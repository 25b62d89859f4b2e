import type { PeriodRule } from '../model/deployment-config.ts';
import type { Period } from '../model/scope.ts';

const DAY_MS = 86_400_000;

/**
 * The period that a rule means on a day. It ends with that day at the latest: days that have not come would be
 * told as not observed. Undefined where it has not begun.
 */
export function periodOn(rule: PeriodRule, day: string): Period | undefined {
  if ('last_days' in rule) {
    const from = new Date(Date.parse(day) - (rule.last_days - 1) * DAY_MS).toISOString().slice(0, 10);
    return { from, to: day };
  }
  if ('since_start_of' in rule) return { from: startOf(rule.since_start_of, day), to: day };
  if (rule.from > day) return undefined;
  return { from: rule.from, to: rule.to < day ? rule.to : day };
}

function startOf(part: 'month' | 'quarter' | 'year', day: string): string {
  const year = day.slice(0, 4);
  const month = Number(day.slice(5, 7));
  const first = { month, quarter: month - ((month - 1) % 3), year: 1 }[part];
  return `${year}-${String(first).padStart(2, '0')}-01`;
}
