import type { Failure } from '../../model/retrieval.ts';
import { RetrievalFailure, toFailure } from '../failure.ts';
import { TRAIL_FILE_LIMITS, type TrailFile } from './trail-file.ts';
import type { KnownTrail, TrailItem, TrailPart } from './trail-item.ts';
import { lookOf, type Window, windowOf } from './trail-window.ts';

/** An object of a bucket, as a list names it. */
export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
}

/** A trail's bucket. What cannot be read throws a `RetrievalFailure` with the real error. */
export interface TrailObjects {
  /** `s3://bucket` */
  readonly address: string;
  /** The names of the folders directly in a folder; `prefix` is empty or ends in `/`. */
  folders(prefix: string): Promise<readonly string[]>;
  /** Objects whose keys begin with `prefix` and come after `after`, in byte order of their keys. */
  objects(prefix: string, after: string): AsyncIterable<ListedObject>;
  read(key: string): Promise<Uint8Array>;
}

export interface TrailWish {
  /** Folder in which `AWSLogs/` lies: empty, or ends in `/`. */
  readonly prefix: string;
  /** Only of these accounts; of all that have a folder where left out. */
  readonly accounts?: readonly string[] | undefined;
  /** Days (UTC) before the last look, or before now, in which late files are looked for. */
  readonly lookBackDays: number;
  /** First day (UTC) to look at, however far back. */
  readonly since?: string | undefined;
}

/** An account's own folder: `AWSLogs/<account>/`, or `AWSLogs/<organisation>/<account>/`. */
export interface AccountFolder {
  readonly account: string;
  readonly prefix: string;
}

/** Log files come some minutes after the events in them, ten at most where it was measured; an hour is far beyond. */
const DELIVERY_LAG_MS = 3_600_000;
/** Files that are asked for before they are needed, and their bytes. */
const AHEAD = { files: 8, bytes: 32 * 1024 * 1024 };
/** A bucket that answers to nothing any more is left after so many files in a row. */
const FAILURES_IN_A_ROW = 16;

/** Accounts that have a folder in the bucket. One of an organisation trail may stand there more than once. */
export async function accountFolders(bucket: TrailObjects, prefix: string): Promise<AccountFolder[]> {
  const root = `${prefix}AWSLogs/`;
  const found: AccountFolder[] = [];
  for (const name of await bucket.folders(root)) {
    if (/^\d{12}$/.test(name)) found.push({ account: name, prefix: `${root}${name}/` });
    if (!/^o-[a-z0-9]{10,32}$/.test(name)) continue;
    for (const member of await bucket.folders(`${root}${name}/`))
      if (/^\d{12}$/.test(member)) found.push({ account: member, prefix: `${root}${name}/${member}/` });
  }
  return found.toSorted((a, b) => (a.account + a.prefix < b.account + b.prefix ? -1 : 1));
}

/**
 * The delivered log files of a trail's bucket from the look-back window on, account by account, region by region,
 * oldest first. The window begins `lookBackDays` before the last time that the account was looked at to its end, or
 * before now; and where a day is open because something in it could not be read, no later than that. A file that the
 * ledger names is not read again. Whatever cannot be listed or read is an item that says so.
 *
 * Keys are those of the CloudTrail user guide, "Finding your CloudTrail log files":
 * `[prefix/]AWSLogs/[organisation/]<account>/CloudTrail/<region>/YYYY/MM/DD/<file>.json.gz`. Digest and Insights files lie
 * in folders of their own and are not log files.
 */
export async function* trailItems(bucket: TrailObjects, wish: TrailWish, known: KnownTrail): AsyncIterable<TrailItem> {
  const { accounts, prefix } = wish;
  let folders: readonly AccountFolder[];
  try {
    folders = await accountFolders(bucket, prefix);
  } catch (thrown) {
    // Whose days these are only who named the accounts knows.
    if (accounts === undefined) throw thrown;
    const failure = failureOf(thrown);
    for (const account of accounts) {
      const { days } = windowOf(bucket, { ...wish, account }, known);
      yield { unread: { account, region: 'global', days, failure, isFile: false } };
    }
    return;
  }
  const wanted = folders.filter(({ account }) => accounts?.includes(account) ?? true);
  const patience: Patience = { left: FAILURES_IN_A_ROW };
  for (const [account, own] of Map.groupBy(wanted, (it) => it.account))
    yield* accountItems(bucket, { ...wish, account, own }, known, patience);
}

interface OfAccount extends TrailWish {
  readonly account: string;
  readonly own: readonly AccountFolder[];
}

async function* accountItems(
  bucket: TrailObjects,
  wish: OfAccount,
  known: KnownTrail,
  patience: Patience,
): AsyncIterable<TrailItem> {
  const { account } = wish;
  const window = windowOf(bucket, wish, known);
  let isListed = true;
  for await (const item of readAhead(folderItems(bucket, { ...wish, window }, known, patience))) {
    if ('unread' in item && !item.unread.isFile) isListed = false;
    yield item;
  }
  const range = { from: `${window.from}T00:00:00.000Z`, to: known.now };
  if (isListed) yield { looked: { of: lookOf(bucket, wish), account, region: 'global', ...range } };
  yield { ended: { account, from: window.from, to: known.now.slice(0, 10), isEveryDay: false } };
}

async function* folderItems(
  bucket: TrailObjects,
  { account, own, window }: OfAccount & { readonly window: Window },
  known: KnownTrail,
  patience: Patience,
): AsyncIterable<Pending<TrailItem>> {
  for (const folder of own) {
    try {
      const prefix = `${folder.prefix}CloudTrail/`;
      for (const name of await bucket.folders(prefix)) {
        const place = { account, region: regionOf(name), prefix: `${prefix}${name}/`, window };
        yield* regionItems(bucket, place, known, patience);
      }
    } catch (thrown) {
      const unread = { account, region: 'global', days: window.days, failure: failureOf(thrown), isFile: false };
      yield { bytes: 0, begin: async () => ({ unread }) };
    }
  }
}

const regionOf = (name: string): string => (/^[a-z]{2}(-[a-z]+)+-\d+$/.test(name) ? name : 'global');

interface OfRegion {
  readonly account: string;
  readonly region: string;
  readonly prefix: string;
  readonly window: Window;
}

/** How many more files in a row may fail by network or throttle before the bucket is left. */
interface Patience {
  left: number;
}

/** All of a region's files, in order; a list that fails is the last item. */
async function* regionItems(
  bucket: TrailObjects,
  { account, region, prefix, window }: OfRegion,
  known: KnownTrail,
  patience: Patience,
): AsyncIterable<Pending<TrailItem>> {
  const place = { account, region };
  try {
    for await (const { key, bytes } of bucket.objects(prefix, `${prefix}${window.from.replaceAll('-', '/')}/`)) {
      if (!/\.json(\.gz)?$/.test(key)) continue;
      const name = `${bucket.address}/${key}`;
      const part = { ...place, days: daysOfFile(key) };
      if (patience.left <= 0) throw new RetrievalFailure(exhausted(name));
      if (known.has(name)) yield { bytes: 0, begin: async () => ({ known: { name, part } }) };
      else if (bytes > TRAIL_FILE_LIMITS.bytes)
        yield { bytes: 0, begin: async () => ({ name, bytes: new Uint8Array(0), tooLarge: bytes, part }) };
      else yield { bytes, begin: () => readFile(bucket, { key, name, part }, patience) };
    }
  } catch (thrown) {
    const failure = failureOf(thrown);
    yield { bytes: 0, begin: async () => ({ unread: { ...place, days: window.days, failure, isFile: false } }) };
  }
}

interface OfFile {
  readonly key: string;
  readonly name: string;
  readonly part: TrailPart;
}

/** The file, or why it cannot be read; never rejects. */
async function readFile(bucket: TrailObjects, { key, name, part }: OfFile, patience: Patience): Promise<TrailItem> {
  try {
    const file: TrailFile = { name, bytes: await bucket.read(key), part };
    patience.left = FAILURES_IN_A_ROW;
    return file;
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (PASSING.has(failure.kind)) patience.left -= 1;
    return { unread: { ...part, failure: { ...failure, message: `${name}: ${failure.message}` }, isFile: true } };
  }
}

/** Failures that have nothing to do with the one file. */
const PASSING: ReadonlySet<string> = new Set(['network', 'server', 'throttled', 'timeout']);

const exhausted = (name: string): Failure => ({
  operation: 's3:GetObject',
  kind: 'network',
  name: 'TooManyFailures',
  message: `${FAILURES_IN_A_ROW} files before ${name} could not be read one after the other; what follows was not asked for`,
  status: null,
  requestId: null,
});

const failureOf = (thrown: unknown): Failure => toFailure(thrown, { operation: 's3:ListObjectsV2', requestId: null });

/** The day under which the file lies, and the day before where it was delivered just after midnight. */
function daysOfFile(key: string): string[] {
  const [, year, month, date] = /\/(\d{4})\/(\d\d)\/(\d\d)\/[^/]+$/.exec(key) ?? [];
  if (year === undefined) return [];
  const day = `${year}-${month}-${date}`;
  const [, hour = '00', minute = '00'] = /_\d{8}T(\d\d)(\d\d)Z_[^/]*$/.exec(key) ?? [];
  const time = Date.parse(`${day}T${hour}:${minute}:00Z`);
  if (Number.isNaN(time)) return [];
  const before = new Date(time - DELIVERY_LAG_MS).toISOString().slice(0, 10);
  return before === day ? [day] : [before, day];
}

interface Pending<T> {
  /** What it holds in memory while it waits. */
  readonly bytes: number;
  /** Begins to read it; must not reject. */
  begin(): Promise<T>;
}

/** Reads some items before they are needed, in their order and within bounds of number and bytes. */
async function* readAhead<T>(source: AsyncIterable<Pending<T>>): AsyncIterable<T> {
  const waiting: { readonly bytes: number; readonly item: Promise<T> }[] = [];
  let held = 0;
  for await (const { bytes, begin } of source) {
    while (waiting.length >= AHEAD.files || (waiting.length > 0 && held + bytes > AHEAD.bytes)) {
      const first = waiting.shift();
      held -= first?.bytes ?? 0;
      if (first !== undefined) yield await first.item;
    }
    waiting.push({ bytes, item: begin() });
    held += bytes;
  }
  for (const { item } of waiting) yield await item;
}
