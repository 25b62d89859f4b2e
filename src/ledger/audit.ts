import { messageOf } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';
import { announcedKeys } from './announced-keys.ts';
import { scanBatches } from './audit/batches.ts';
import { auditBodies } from './audit/bodies.ts';
import { auditUnreferenced } from './audit/content.ts';
import { auditEntries, type IndexedEntry } from './audit/entries.ts';
import { createReport, type Finding, type Report } from './audit/findings.ts';
import { auditHeads } from './audit/heads.ts';
import { auditRetrievals } from './audit/retrievals.ts';
import { type AuditedStore, auditedStore } from './audit/store.ts';
import { auditTiles } from './audit/tiles.ts';
import { auditTimestamps, type TimestampCheck } from './audit/timestamps.ts';
import { auditTrust } from './audit/trust.ts';
import { findTruth } from './audit/truth.ts';
import { auditCosignatures } from './audit/witnesses.ts';
import { LINE_BOUNDS, type LineBounds } from './json-lines.ts';
import type { NotaryState } from './notary.ts';
import { parseVkey } from './note.ts';
import type { Policy } from './policy.ts';
import { encodeBase64 } from './text.ts';

export type { Finding } from './audit/findings.ts';

/** What was looked at. */
export interface AuditCounts {
  readonly entries: number;
  readonly batches: number;
  readonly tiles: number;
  readonly checkpoints: number;
  readonly bodies: number;
  /** Recorded calls. */
  readonly retrievals: number;
  readonly evidenceObjects: number;
  readonly retrievalObjects: number;
  /** RFC 3161 tokens that were kept. */
  readonly timestamps: number;
}

export interface AuditResult {
  /** No finding is an error. */
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly counts: AuditCounts;
  /** Entries under the largest valid checkpoint. */
  readonly size: number;
  /** Root hash of that checkpoint in base64; null where none is valid. */
  readonly root: string | null;
}

export interface AuditOptions {
  readonly objects: Objects;
  /** C2SP verifier keys that may have signed checkpoints; those that the log names under their signatures follow. */
  readonly verifierKeys: readonly string[];
  /** The notary's memory: with it, checkpoints and whole states that were taken away are found too. */
  readonly notaryState?: NotaryState;
  /**
   * False audits the log alone: batches, tiles, bundles, checkpoints and entries, but neither the bodies that
   * entries commit to nor the calls and trusted files behind those.
   */
  readonly bodies?: boolean;
  /**
   * Follows entries from this one on only, and those that seal trusted files: for a store of which an earlier audit
   * has seen what lies before. The log is derived from its beginning all the same. Objects that no entry leads to
   * are not looked for then.
   */
  readonly bodiesFrom?: number;
  /** Checks kept timestamps; without it their presence is a warning. */
  readonly timestamps?: TimestampCheck;
  /** Which witnesses are trusted; the newest checkpoint must have its quorum. */
  readonly policy?: Policy;
  /** What was found before: of how the store was opened, which the audit cannot see itself. */
  readonly found?: readonly Finding[];
  /** Bounds on unpacked objects; for tests of the bounds. */
  readonly bounds?: LineBounds;
}

const NONE: ReadonlySet<number> = new Set();
const NOTHING_BEHIND = { bodies: 0, retrievals: 0, evidenceObjects: 0, retrievalObjects: 0 };
const NOTHING: AuditCounts = { entries: 0, batches: 0, tiles: 0, checkpoints: 0, timestamps: 0, ...NOTHING_BEHIND };

/**
 * Derives the whole ledger again from its batches and compares every stored object with it: batches,
 * tiles, entry bundles, checkpoints, bodies, recorded calls and trusted keys. Reads only. Whatever is
 * wrong with the store is a finding that names the object; it throws on malformed `verifierKeys` only.
 * Memory: 32 bytes an entry, one batch and the longest line. A set-back of the whole store to an older
 * state that was valid shows only with `notaryState`.
 */
export async function auditLedger(options: AuditOptions): Promise<AuditResult> {
  const keys = options.verifierKeys.map(parseVkey);
  const report = createReport(options.found);
  const nothing = { counts: NOTHING, size: 0, root: null };
  const seen = await guarded<Seen>(report, nothing, () => auditAll(options, keys, report));
  const findings = report.findings();
  return { ok: findings.every((it) => it.severity === 'warning'), findings, ...seen };
}

type Seen = Pick<AuditResult, 'counts' | 'size' | 'root'>;

async function auditAll(options: AuditOptions, keys: ReturnType<typeof parseVkey>[], report: Report): Promise<Seen> {
  const { objects } = options;
  const store = auditedStore(objects, report);
  const signed = await auditHeads(store, await announcedKeys(objects, keys), options.notaryState);
  await auditCosignatures(store, signed, options.policy);
  const scan = await scanBatches(objects, store, signed.sizes);
  const { leaves, tree } = await findTruth(objects, store, scan, signed);
  // A size past the entries that are known has been reported already, and its tiles cannot be checked.
  const sizes = [...signed.sizes].filter((size) => size <= tree.size);
  const same = leaves === scan.leaves ? scan.sameBundles : NONE;
  const tiles = await auditTiles(store, tree, sizes, same);
  const entries = auditEntries(objects, store, scan, leaves);
  const content = await (options.bodies === false ? parsed(entries) : auditContent(store, entries, options));
  const checkpoints = new Set(signed.heads.map((head) => head.size)).size;
  const timestamps = await auditTimestamps(store, options.timestamps);
  const counts = { entries: tree.size, batches: scan.batches.length, tiles, checkpoints, timestamps, ...content };
  const top = signed.heads.at(-1);
  return { counts, size: top?.size ?? 0, root: top === undefined ? null : encodeBase64(top.root) };
}

type ContentCounts = Pick<AuditCounts, 'bodies' | 'retrievals' | 'evidenceObjects' | 'retrievalObjects'>;

/** Everything that entries lead to. */
async function auditContent(
  store: AuditedStore,
  entries: AsyncIterable<IndexedEntry[]>,
  { bounds = LINE_BOUNDS, bodiesFrom = 0 }: Pick<AuditOptions, 'bounds' | 'bodiesFrom'>,
): Promise<ContentCounts> {
  const isFollowed = ({ index, entry }: IndexedEntry) => index >= bodiesFrom || entry.kind === 'trust';
  const calls = auditRetrievals(store, bounds);
  const bodies = auditBodies(store, calls, bounds);
  for await (const some of entries) await guarded(store.report, undefined, () => bodies.check(some.filter(isFollowed)));
  await auditTrust(store, bodies.trust());
  const counted = { bodies: bodies.count(), retrievals: calls.count() };
  const [evidence, retrievals] = [bodies.referenced, calls.referenced];
  if (bodiesFrom > 0) return { ...counted, evidenceObjects: evidence.size, retrievalObjects: retrievals.size };
  return {
    ...counted,
    evidenceObjects: await auditUnreferenced(store, 'evidence', evidence),
    retrievalObjects: await auditUnreferenced(store, 'retrievals', retrievals),
  };
}

/** The entries alone: each is parsed, and what is wrong with one is a finding. */
async function parsed(entries: AsyncIterable<IndexedEntry[]>): Promise<ContentCounts> {
  for await (const _ of entries);
  return NOTHING_BEHIND;
}

/** The audit's promise is a report: something unforeseen in a store is an error in it, not the end of it. */
async function guarded<T>(report: Report, otherwise: T, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    report.error('ledger-audit-failed', 'checkpoint', `a part of the audit could not be done: ${messageOf(thrown)}`);
    return otherwise;
  }
}
