import type { Catalogue } from '../catalog/catalogue.ts';
import { accountFolders, type TrailObjects, type TrailWish, trailItems } from '../collect/cloudtrail/trail-listing.ts';
import { RetrievalFailure } from '../collect/failure.ts';
import type { Cloud } from '../ports/cloud.ts';
import { ingest } from './ingest.ts';
import type { IngestResult } from './ingest-result.ts';
import { lookupOf } from './lookup.ts';
import type { Store } from './store.ts';

/** A bucket that trails deliver to. */
export interface Trail {
  readonly bucket: TrailObjects;
  /** Folder in which `AWSLogs/` lies: empty, or ends in `/`. */
  readonly prefix: string;
}

export interface TrailsRequest {
  readonly trails: readonly Trail[];
  readonly cloud: Cloud;
  readonly accounts: readonly string[];
  /** Regions whose event history is read where there is no trail; a trail's bucket is read whatever the regions. */
  readonly regions: readonly string[];
  readonly catalogue: Catalogue;
  /** Days before the last look in which late files are looked for; seven where left out. */
  readonly lookBackDays?: number;
  /** First day (UTC) to look at in buckets, however far back. */
  readonly since?: string;
  /** What to read; both where left out. */
  readonly sources?: readonly TrailSource[];
  readonly at?: string;
  readonly isOver?: () => boolean;
  readonly onFile?: (files: number) => void;
}

type Counted = Pick<
  IngestResult,
  'runs' | 'files' | 'known' | 'malformed' | 'events' | 'matched' | 'entries' | 'failures'
>;

export type TrailsResult = Counted & {
  readonly ok: true;
  /** Whether there is more to read than there was time for. */
  readonly more: boolean;
  /** Accounts whose event history was read, for want of a trail. */
  readonly lookedUp: readonly string[];
};

export type TrailSource = 'trails' | 'lookup';

/** Days in which files may be late without being missed. */
export const LOOK_BACK_DAYS = 7;

/**
 * Takes in the CloudTrail events of a deployment's accounts: from the buckets of its trails, and from the event history of
 * each account that has no folder in any of them. What is left to do is in the ledger alone, so that it may be ended at any
 * point and made again. `more` asks for another call. What could not be read is in `failures` and leaves its days not whole; a
 * failure of the store itself is thrown.
 */
export async function ingestTrails(store: Store, request: TrailsRequest): Promise<TrailsResult> {
  const { accounts, trails, sources = ['trails', 'lookup'], isOver = () => false } = request;
  const results: IngestResult[] = [];
  const isMore = (): boolean => results.some((it) => it.more) || isOver();
  const told = (more: boolean, lookedUp: readonly string[]): TrailsResult => ({
    ok: true,
    ...sumOf(results),
    more,
    lookedUp,
  });
  if (sources.includes('trails'))
    for (const trail of trails) if (!isMore()) results.push(await ingest(store, bucketIngest(trail, request)));
  if (!sources.includes('lookup')) return told(isMore(), []);
  // Where a bucket cannot be listed nobody knows who has a folder in it: its accounts were said to be unread above.
  const covered = await coveredBy(trails);
  const without = accounts.filter((it) => covered !== undefined && !covered.has(it));
  if (without.length === 0) return told(isMore(), []);
  if (isMore()) return told(true, []);
  results.push(await ingest(store, { ...common(request), ...lookupOf(store, { ...request, accounts: without }) }));
  return told(isMore(), without);
}

/** Accounts that have a folder in one of the buckets; undefined where one cannot be listed. */
async function coveredBy(trails: readonly Trail[]): Promise<ReadonlySet<string> | undefined> {
  const covered = new Set<string>();
  for (const { bucket, prefix } of trails) {
    try {
      for (const { account } of await accountFolders(bucket, prefix)) covered.add(account);
    } catch (thrown) {
      if (thrown instanceof RetrievalFailure) return undefined;
      throw thrown;
    }
  }
  return covered;
}

function bucketIngest({ bucket, prefix }: Trail, request: TrailsRequest) {
  const { accounts, since, lookBackDays = LOOK_BACK_DAYS } = request;
  const wish: TrailWish = { prefix, accounts, lookBackDays, since };
  return { ...common(request), files: (known: Parameters<typeof trailItems>[2]) => trailItems(bucket, wish, known) };
}

function common({ catalogue, at, isOver, onFile }: TrailsRequest) {
  return {
    catalogue,
    ...(at === undefined ? {} : { at }),
    ...(isOver === undefined ? {} : { isOver }),
    ...(onFile === undefined ? {} : { onFile }),
  };
}

function sumOf(results: readonly IngestResult[]): Counted {
  const sum = (of: (it: IngestResult) => number): number => results.reduce((total, it) => total + of(it), 0);
  return {
    runs: results.flatMap((it) => it.runs),
    files: sum((it) => it.files),
    known: sum((it) => it.known),
    malformed: sum((it) => it.malformed),
    events: sum((it) => it.events),
    matched: sum((it) => it.matched),
    entries: sum((it) => it.entries),
    failures: results.flatMap((it) => it.failures),
  };
}
