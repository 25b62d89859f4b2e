import { byText } from '../model/by-text.ts';
import type { Control } from '../model/framework.ts';
import type { ManualResult } from '../model/report.ts';
import type { Attestation } from '../model/scope.ts';

/** The earlier of what the statement says itself and of how often the control wants it renewed. */
export function validUntil({ on, expires }: Attestation, renew: string): string {
  const due = addTo(on, renew);
  return due < expires ? due : expires;
}

/** A day so many days, months or years on: `90d`, `6m`, `1y`. The 31st becomes the last of a shorter month. */
function addTo(day: string, duration: string): string {
  const [count, unit] = [Number(duration.slice(0, -1)), duration.slice(-1)];
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  if (unit === 'd') return iso(Date.UTC(year, month - 1, date + count));
  const months = month - 1 + (unit === 'y' ? 12 * count : count);
  const lastDate = new Date(Date.UTC(year, months + 1, 0)).getUTCDate();
  return iso(Date.UTC(year, months, Math.min(date, lastDate)));
}

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);

/**
 * What people must provide for a control, and what they did provide by the last day of the period. The
 * newest statement is the one that counts, even where an older one would be valid for longer.
 */
export function manualResults(control: Control, attestations: readonly Attestation[], lastDay: string): ManualResult[] {
  return control.sources.flatMap((source) => {
    if (!('manual' in source)) return [];
    const { ask, renew } = source.manual;
    const given = attestations
      .filter((it) => it.control === control.id && it.ask === ask && it.on <= lastDay)
      .sort((a, b) => byText(b.on, a.on) || byText(b.expires, a.expires))[0];
    const status = !given ? 'missing' : validUntil(given, renew) < lastDay ? 'expired' : 'valid';
    return [{ ask, renew, status, attestation: given ?? null } satisfies ManualResult];
  });
}
