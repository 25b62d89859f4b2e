import type { Body, Entry, Kind } from '../model/entry.ts';
import type { Evidence, EvidenceHead, Observation } from '../model/evidence.ts';

/** One ledger entry with its body, as the index takes it in. */
export interface IndexedEntry {
  readonly index: number;
  readonly entry: Entry;
  readonly body: Body;
}

/** An evidence entry as it comes out of the index. */
export interface EvidenceRow {
  readonly index: number;
  /** Hash of the body, which is also the evidence hash of population digests. */
  readonly hash: string;
  readonly evidence: Evidence;
}

/** An evidence entry without what only a closer look needs. */
export interface HeadRow {
  readonly index: number;
  readonly hash: string;
  readonly evidence: EvidenceHead;
}

export interface ObservationRow {
  readonly index: number;
  readonly run: string;
  readonly at: string;
  readonly account: string;
  readonly region: string;
  readonly observation: Observation;
}

/** A subject's latest state, as far as a new run needs it to see what changed. */
export interface SubjectState {
  readonly subject: string;
  readonly hash: string;
  readonly at: string;
  readonly evidence: Evidence;
}

export interface EvidenceFilter {
  readonly source?: string;
  readonly account?: string;
  readonly region?: string;
  readonly subject?: string;
  readonly run?: string;
  /** Only evidence of events that this actor caused. */
  readonly actor?: string;
  /** Only entries whose evidence time is at or after. */
  readonly from?: string;
  /** Only entries whose evidence time is at or before. */
  readonly to?: string;
  /** Only entries with a ledger index below. */
  readonly treeSize?: number;
  /**
   * Only what comes after this in order. A hint: an index may give what is not after it too, as long as it
   * is in order, and whoever asks passes over it.
   */
  readonly after?: { readonly at: string; readonly index: number };
}

/**
 * A projection of the ledger for queries. Never the truth: `clear` and applying all entries again
 * gives the same answers. A body that two entries hold (a retry after a lost answer) is evidence once:
 * the first entry stands for both.
 */
export interface EvidenceIndex {
  /** How many ledger entries have been applied; the next to apply has this index. */
  size(): Promise<number>;
  /** Takes in entries in ledger order, all or none. Entries below `size()` are skipped; a hole is an error. */
  apply(entries: readonly IndexedEntry[]): Promise<void>;
  /**
   * Latest evidence per subject of one source in one account and region, `absent` ones left out; in order
   * of the subjects' UTF-8 bytes.
   */
  current(source: string, account: string, region: string): Promise<ReadonlyMap<string, SubjectState>>;
  /** Evidence in order of (time, ledger index). */
  evidence(filter: EvidenceFilter): AsyncIterable<EvidenceRow>;
  /**
   * All evidence below `treeSize`, light enough for a million: in order of (source, time, ledger index),
   * or in ledger order.
   */
  heads(order: 'source' | 'entry', treeSize: number): AsyncIterable<HeadRow>;
  /** The whole evidence of one entry, if it is one. */
  evidenceAt(index: number): Promise<Evidence | undefined>;
  /** Observations in order of (time, ledger index), whatever `subject` and `actor` say. */
  observations(filter: EvidenceFilter): AsyncIterable<ObservationRow>;
  /** Whole bodies of the other kinds, in ledger order; of the filter `run`, `from`, `to` and `treeSize` count. */
  bodies<K extends Exclude<Kind, 'evidence'>>(
    kind: K,
    filter?: EvidenceFilter,
  ): AsyncIterable<{ readonly index: number; readonly hash: string; readonly body: Extract<Body, { kind: K }> }>;
  /** Ledger index of the entry with this body hash, if any. Many are best asked for at once, not one after the other. */
  find(hash: string): Promise<number | undefined>;
  clear(): Promise<void>;
  close(): Promise<void>;
}
