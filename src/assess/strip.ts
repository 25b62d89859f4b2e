import type { Observation } from '../model/evidence.ts';
import type { ObservationRow } from '../ports/evidence-index.ts';

/** `account/region`: one place in which a source must be observed. */
export type Place = string;

/**
 * The period as one character a day (see DAY_CODES). A day counts as observed only when the source
 * was observed completely in every place; a failing subject anywhere is shown whatever else is missing.
 */
export function dayStrip(days: readonly string[], places: readonly Place[], rows: readonly ObservationRow[]): string {
  const byDay = new Map<string, ObservationRow[]>();
  for (const row of rows) {
    const day = row.observation.day;
    const list = byDay.get(day);
    if (list) list.push(row);
    else byDay.set(day, [row]);
  }
  return days.map((day) => dayCode(places, byDay.get(day) ?? [])).join('');
}

function dayCode(places: readonly Place[], rows: readonly ObservationRow[]): string {
  if (rows.length === 0) return '.';
  if (rows.some(({ observation }) => observation.counts.non_compliant > 0)) return 'f';
  const complete = completePlaces(rows);
  if (places.some((place) => !complete.has(place))) return 'x';
  if (rows.some(({ observation }) => observation.complete && observation.counts.inconclusive > 0)) return 'i';
  return rows.some(({ observation }) => applicable(observation) > 0) ? 'c' : '0';
}

/**
 * Of resources one complete observation is enough. Events of a day come bit by bit: whether all of them were read is what
 * the newest observation says. `rows` are in order of (time, index).
 */
function completePlaces(rows: readonly ObservationRow[]): Set<Place> {
  const complete = new Set<Place>();
  for (const row of rows) {
    if (row.observation.complete) complete.add(placeOf(row));
    else if (row.observation.source.startsWith('cloudtrail:')) complete.delete(placeOf(row));
  }
  return complete;
}

const applicable = (observation: Observation): number =>
  observation.counts.compliant + observation.counts.non_compliant;

export const placeOf = (row: Pick<ObservationRow, 'account' | 'region'>): Place => `${row.account}/${row.region}`;

/** Days on which the source was observed in every place. */
export const observedDays = (strip: string): number => [...strip].filter((code) => code !== '.' && code !== 'x').length;
