import type { FailingInterval } from '../model/report.ts';
import type { RiskException } from '../model/scope.ts';

/** Whether an exception is about this source and subject, for this control. */
export function concerns(exception: RiskException, source: string, subject: string, control: string): boolean {
  // An exception for a check covers the check with a control's own parameters too.
  if (exception.source !== source && !source.startsWith(`${exception.source}@`)) return false;
  if (exception.control !== undefined && exception.control !== control) return false;
  return exception.subject.endsWith('*')
    ? subject.startsWith(exception.subject.slice(0, -1))
    : subject === exception.subject;
}

/** In force on a day: approved on or before it and not expired before it. */
export const inForce = (exception: RiskException, day: string): boolean =>
  exception.approved <= day && day <= exception.expires;

/** Marks each interval that is open with the exception that covers it on the last day of the period, if any. */
export function applyExceptions(
  intervals: readonly FailingInterval[],
  context: { exceptions: readonly RiskException[]; source: string; control: string; lastDay: string },
): FailingInterval[] {
  const { exceptions, source, control, lastDay } = context;
  return intervals.map((it) => {
    if (it.to !== null) return it;
    const covering = exceptions.find((one) => concerns(one, source, it.subject, control) && inForce(one, lastDay));
    return covering ? { ...it, exception: covering.id } : it;
  });
}
