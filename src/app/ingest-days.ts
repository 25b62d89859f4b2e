import type { AccountEnd, UnreadPart } from '../collect/cloudtrail/trail-item.ts';
import type { Failure } from '../model/retrieval.ts';
import type { EventMemory } from './event-memory.ts';

/** Name of the failure of a day of which not everything was looked at yet. */
export const NOT_TO_THE_END = 'NotReadToTheEnd';

/** An account and a day (YYYY-MM-DD). */
export interface AccountDay {
  readonly account: string;
  readonly day: string;
}

/** Which days of which accounts were read whole: what the ledger says of it, and what this ingest finds out. */
export interface IngestDays {
  /** Something was not read. */
  fail(part: Pick<UnreadPart['unread'], 'account' | 'days' | 'failure' | 'isFile'>): void;
  /** An account was looked at to its end. */
  end(ended: AccountEnd['ended']): void;
  /** Why a day is not whole; undefined where it is. */
  failureOf(at: AccountDay): Failure | undefined;
  /** Days of which the ledger says something else than is known now. */
  due(): AccountDay[];
  /** These were observed in the ledger, as `failureOf` says now. */
  said(days: Iterable<AccountDay>): void;
}

/**
 * `isWhole`: files that somebody hands over are all there is; what a day lacks then is only what the ledger says
 * already. Otherwise a day is not whole before its account was looked at to its end.
 */
export function ingestDays(
  memory: Pick<EventMemory, 'open' | 'whole'>,
  { at, operation, isWhole }: { readonly at: string; readonly operation: string; readonly isWhole: boolean },
): IngestDays {
  const open = new Map(memory.open);
  const whole = new Set(memory.whole);
  const failed = new Map<string, Failure>();
  const ends = new Map<string, AccountEnd['ended'][]>();
  const unfinished: Failure = { ...UNFINISHED, operation };
  const isLooked = (it: AccountDay): boolean =>
    ends.get(it.account)?.some(({ from, to }) => it.day >= from && it.day <= to) ?? false;
  const failureOf = (it: AccountDay): Failure | undefined => {
    const key = keyOf(it);
    const known = failed.get(key);
    if (known !== undefined || isLooked(it)) return known;
    // What was open before stays so, and what is left open between two runs of one ingest is not worth a second word.
    return open.get(key) ?? (isWhole || whole.has(key) ? undefined : unfinished);
  };
  const isNew = (it: AccountDay): boolean => {
    const [now, before] = [failureOf(it), open.get(keyOf(it))];
    if (now === undefined) return before !== undefined || !whole.has(keyOf(it));
    return before === undefined || before.name !== now.name || before.kind !== now.kind;
  };
  return {
    fail({ account, days, failure, isFile }) {
      for (const day of days) {
        const key = account + day;
        if (isFile || !whole.has(key) || day === at.slice(0, 10)) failed.set(key, failed.get(key) ?? failure);
      }
    },
    end: (ended) => void ends.set(ended.account, [...(ends.get(ended.account) ?? []), ended]),
    failureOf,
    due: () => {
      const looked = [...ends.values()].flat().flatMap((it) => daysOf(it, open));
      return [...new Map([...[...failed.keys()].map(placeOf), ...looked].map((it) => [keyOf(it), it])).values()].filter(
        isNew,
      );
    },
    said(days) {
      for (const it of days) {
        const [key, failure] = [keyOf(it), failureOf(it)];
        if (failure === undefined) open.delete(key);
        else open.set(key, failure);
        if (failure === undefined) whole.add(key);
        else whole.delete(key);
      }
    },
  };
}

const UNFINISHED: Omit<Failure, 'operation'> = {
  kind: 'timeout',
  name: NOT_TO_THE_END,
  message: 'not everything of this day was looked at when this was written',
  status: null,
  requestId: null,
};

const keyOf = ({ account, day }: AccountDay): string => account + day;
const placeOf = (key: string): AccountDay => ({ account: key.slice(0, 12), day: key.slice(12) });

/** The days that an end speaks of: every one, or those that were left open. */
function daysOf({ account, from, to, isEveryDay }: AccountEnd['ended'], open: ReadonlyMap<string, Failure>) {
  const days = isEveryDay ? daysBetween(from, to) : [...open.keys()].filter(isOf(account)).map((it) => it.slice(12));
  return days.filter((day) => day >= from && day <= to).map((day) => ({ account, day }));
}

const isOf =
  (account: string) =>
  (key: string): boolean =>
    key.startsWith(account);

const DAY_MS = 86_400_000;

/** UTC days from one to the other, both with it. */
export function daysBetween(from: string, to: string): string[] {
  const [first, last] = [Date.parse(`${from}T00:00:00Z`), Date.parse(`${to}T00:00:00Z`)];
  const count = Math.max(0, Math.round((last - first) / DAY_MS) + 1);
  return Array.from({ length: count }, (_, at) => new Date(first + at * DAY_MS).toISOString().slice(0, 10));
}
