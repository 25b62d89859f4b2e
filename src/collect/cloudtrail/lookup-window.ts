import type { KnownTrail } from './trail-item.ts';
import { dayBefore } from './trail-window.ts';

/** The operation, and how a look into the event history is called in the ledger. */
export const LOOKUP = 'cloudtrail:LookupEvents';

/** The event history holds 90 days; the first of them is not whole any more. */
const HISTORY_DAYS = 89;
/** Events show up in it within minutes; an hour is looked at twice. */
const OVERLAP_MS = 3_600_000;
/** Days of one stretch: few enough to be done in one go, and many enough for few calls. */
const STRETCH_DAYS = 30;
const DAY_MS = 86_400_000;

/** One stretch of time to look at. */
export interface LookupChunk {
  readonly from: string;
  readonly to: string;
  /** The days that are whole, or looked at until now, once it is done. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Every day that it touches. */
  readonly days: readonly string[];
  /** The day of `from`, where nobody asked for its beginning with these selectors. */
  readonly partOf?: string;
}

interface Asked {
  readonly account: string;
  readonly regions: readonly string[];
  readonly selectors: string;
}

/** What is left to look at in an account, oldest first. All regions go together: the one that is furthest back decides. */
export function lookupChunks({ account, regions, selectors }: Asked, known: KnownTrail): LookupChunk[] {
  const oldest = `${dayBefore(known.now, HISTORY_DAYS)}T00:00:00.000Z`;
  const looks = regions.map((region) => known.lookedAt(LOOKUP, account, region)?.to);
  const last = looks.includes(undefined) ? oldest : (looks.toSorted()[0] ?? oldest);
  const [, from = oldest] = [oldest, new Date(Date.parse(last) - OVERLAP_MS).toISOString()].sort();
  const begun = regions.map((region) => known.lookedAt(`${LOOKUP}?selectors=${selectors}`, account, region)?.from);
  const since = begun.includes(undefined) ? from : (begun.toSorted().at(-1) ?? from);
  const chunks: LookupChunk[] = [];
  for (let start = from; start < known.now; ) {
    const midnight = Date.parse(start.slice(0, 10)) + STRETCH_DAYS * DAY_MS;
    const [to = known.now] = [known.now, new Date(midnight).toISOString()].sort();
    chunks.push(chunkOf(start, to, since));
    start = to;
  }
  return chunks;
}

function chunkOf(from: string, to: string, since: string): LookupChunk {
  const day = from.slice(0, 10);
  const isWhole = from.endsWith('T00:00:00.000Z') || since <= `${day}T00:00:00.000Z`;
  // What ends at midnight ends with the day before.
  const lastDay = new Date(Date.parse(to) - 1).toISOString().slice(0, 10);
  const count = Math.round((Date.parse(lastDay) - Date.parse(day)) / DAY_MS) + 1;
  const days = Array.from({ length: count }, (_, at) => dayBefore(lastDay, count - 1 - at));
  const firstDay = isWhole ? day : dayBefore(day, -1);
  return { from, to, firstDay, lastDay, days, ...(isWhole ? {} : { partOf: day }) };
}
