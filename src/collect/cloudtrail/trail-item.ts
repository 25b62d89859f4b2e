import type { Failure, Retrieval } from '../../model/retrieval.ts';
import type { LookedAt } from '../../model/run.ts';
import type { TrailFile } from './trail-file.ts';

/** The events that something may hold: those of an account, a region and some days (UTC, YYYY-MM-DD). */
export interface TrailPart {
  readonly account: string;
  readonly region: string;
  readonly days: readonly string[];
}

/** A file that an earlier run read: it is named and not read again. */
export interface KnownFile {
  readonly known: { readonly name: string; readonly part: TrailPart };
}

/** Something that could not be read, with the real error. */
export interface UnreadPart {
  readonly unread: TrailPart & {
    readonly failure: Failure;
    /**
     * Whether it is a file that is known to be there. Else it is a list: days that were read whole before keep
     * what was said of them, the day of the run excepted.
     */
    readonly isFile: boolean;
    /** The call, where it was recorded. */
    readonly call?: Retrieval;
  };
}

/** A recorded call that gave no event: it proves that there was none. */
export interface EmptyAnswer {
  readonly call: Retrieval;
}

/** Everything there was of an account in a range of days was given, or named as unread, before this. */
export interface AccountEnd {
  readonly ended: {
    readonly account: string;
    readonly from: string;
    readonly to: string;
    /** Whether a day without any event was looked at all the same: only who asks for events can say so. */
    readonly isEveryDay: boolean;
  };
}

/** A stretch that was looked at to its end. */
export interface LookedPart {
  readonly looked: LookedAt;
}

/** What a source of events gives, one after the other. */
export type TrailItem = TrailFile | KnownFile | UnreadPart | EmptyAnswer | LookedPart | AccountEnd;

/** What the ledger knows of earlier looks, for a source to begin where they ended. */
export interface KnownTrail {
  /** Time of this run. */
  readonly now: string;
  /** Whether a run names the file as read. */
  has(name: string): boolean;
  /** The earliest `from` and the latest `to` of what was looked at. */
  lookedAt(of: string, account: string, region: string): { readonly from: string; readonly to: string } | undefined;
  /** The oldest day of the account that is not whole. */
  openSince(account: string): string | undefined;
}
