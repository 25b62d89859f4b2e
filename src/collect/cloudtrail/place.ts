import type { Json, JsonObject } from '../../model/json.ts';

/** Where an event counts: the account and the UTC day that it happened on. */
export interface Place {
  readonly account: string;
  /** YYYY-MM-DD */
  readonly day: string;
}

/**
 * Why a record was put aside: without event id, time, name, source and account it cannot be placed and proves
 * nothing. Insight events say that there were unusually many calls and are no calls themselves.
 */
export type Unplaced =
  | 'not-an-object'
  | 'insight-event'
  | 'event-id'
  | 'event-time'
  | 'event-name'
  | 'event-source'
  | 'account'
  | 'too-many-days';

/** Most accounts and days in one ingest's memory of places; an organization has 10,000 accounts at most. */
const MAX_PLACES = 100_000;

const EVENT_ID = /^[!-~]{1,128}$/;
const ACCOUNT = /^\d{12}$/;
const TIME = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/**
 * Says where a record belongs or why nowhere. Equal places are the same object. Records of a file are mostly
 * of one account and day, so the last place is asked first, and nothing is made anew for a record.
 */
export function placer(): (record: Json) => Place | Unplaced {
  const places = new Map<string, Place>();
  let last: Place = { account: '', day: '' };
  return (given) => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'not-an-object';
    const record = given as JsonObject;
    const wrong = shapeProblem(record);
    if (wrong !== undefined) return wrong;
    const time = record.eventTime as string;
    if (record.recipientAccountId === last.account && time.startsWith(last.day)) return last;
    const account = accountOf(record);
    if (account === undefined) return 'account';
    const day = time.slice(0, 10);
    const found = places.get(account + day) ?? newPlace(places, account, day);
    if (typeof found !== 'string') last = found;
    return found;
  };
}

function shapeProblem(record: JsonObject): Unplaced | undefined {
  const { eventID, eventTime, eventName, eventSource } = record;
  if (!isName(eventName) || !isName(eventSource)) return unnamed(record);
  if (typeof eventID !== 'string' || !EVENT_ID.test(eventID)) return 'event-id';
  return typeof eventTime === 'string' && TIME.test(eventTime) ? undefined : 'event-time';
}

function unnamed({ eventCategory, eventName }: JsonObject): Unplaced {
  if (eventCategory === 'Insight') return 'insight-event';
  return isName(eventName) ? 'event-source' : 'event-name';
}

const isName = (value: Json | undefined): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= 256;

/** The account that the event happened in; older records name that of the identity only. */
function accountOf(record: JsonObject): string | undefined {
  const account = record.recipientAccountId ?? (record.userIdentity as JsonObject | null | undefined)?.accountId;
  return typeof account === 'string' && ACCOUNT.test(account) ? account : undefined;
}

function newPlace(places: Map<string, Place>, account: string, day: string): Place | Unplaced {
  if (!isDay(day)) return 'event-time';
  if (places.size >= MAX_PLACES) return 'too-many-days';
  const place = { account, day };
  places.set(account + day, place);
  return place;
}

/** 30 February is a day to no calendar; `Date` would make it 2 March. */
function isDay(day: string): boolean {
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
}
