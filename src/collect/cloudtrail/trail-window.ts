import type { KnownTrail } from './trail-item.ts';
import type { TrailObjects, TrailWish } from './trail-listing.ts';

/** UTC days that a look covers. */
export interface Window {
  readonly from: string;
  /** All of them until today, oldest first. */
  readonly days: readonly string[];
}

const DAY_MS = 86_400_000;
/** Days that cannot be read whole are tried again for so long. */
const MOST_DAYS = 90;

/** How a look into a bucket is called in the ledger. */
export const lookOf = ({ address }: Pick<TrailObjects, 'address'>, { prefix }: Pick<TrailWish, 'prefix'>): string =>
  `${address}/${prefix}`;

/**
 * The window of one account: it begins some days before the account was last looked at to its end, so that a pause leaves
 * no gap; or where `since` says; and no later than the oldest day that something unread left open.
 */
export function windowOf(
  bucket: Pick<TrailObjects, 'address'>,
  { account, lookBackDays, since, prefix }: Omit<TrailWish, 'accounts'> & { readonly account: string },
  known: KnownTrail,
): Window {
  const last = known.lookedAt(lookOf(bucket, { prefix }), account, 'global')?.to ?? known.now;
  const usual = since ?? dayBefore(last, lookBackDays);
  const open = known.openSince(account) ?? usual;
  const [, tried = usual] = [open, dayBefore(known.now, MOST_DAYS)].sort();
  const [from = usual] = [usual, tried].sort();
  const count = Math.round((Date.parse(known.now.slice(0, 10)) - Date.parse(from)) / DAY_MS) + 1;
  return { from, days: Array.from({ length: Math.max(0, count) }, (_, at) => dayBefore(known.now, count - 1 - at)) };
}

/** The day so many days before that of a time. */
export const dayBefore = (time: string, days: number): string =>
  new Date(Date.parse(time.slice(0, 10)) - days * DAY_MS).toISOString().slice(0, 10);
