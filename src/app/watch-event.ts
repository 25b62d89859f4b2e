import { z } from 'zod';
import { jsonBounds } from '../collect/cloudtrail/json-bounds.ts';
import type { Matchers } from '../collect/cloudtrail/match-events.ts';
import { siftRecord } from '../collect/cloudtrail/match-events.ts';
import { placer } from '../collect/cloudtrail/place.ts';
import { readable, trailEvent } from '../collect/cloudtrail/trail-record.ts';
import { redact } from '../collect/redact.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { Alert, Delivery } from '../model/alert.ts';
import type { EventSelector } from '../model/check.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import type { Json } from '../model/json.ts';
import { Region, Timestamp } from '../model/primitives.ts';
import { keptRecord } from './storable-record.ts';
import type { Store } from './store.ts';

/**
 * Limits on one event. Amazon SQS takes 1 MiB, EventBridge 256 KB; the others bound what parsing takes.
 * `depth` has room for the envelope around a record as deep as any that can be kept.
 */
export const WATCH_LIMITS = { bytes: 1024 * 1024, depth: 200, values: 100_000 };

/** An event as the queue gave it. */
export interface WatchedMessage {
  /** Of the queue; what failed is told by it. */
  readonly id: string;
  /** The event of the event bus, as JSON. */
  readonly body: string;
  /** When the queue took it in. */
  readonly receivedAt: string;
}

/** What events are looked at with. */
export interface Watching {
  readonly store: Pick<Store, 'identity' | 'redactionSecret'>;
  readonly selectors: ReadonlyMap<string, EventSelector>;
  readonly matchers: Matchers;
  readonly at: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html; members that are not here do not count. */
const Envelope = z.object({ ...Delivery.shape, detail: z.unknown() });

/**
 * The alerts that an event leads to, one for each selector that matches it. Throws `watch-event-…`: what cannot be read
 * cannot be said to be harmless, so it is for the queue's dead letters and never passed over.
 */
export function alertsOf(message: WatchedMessage, watching: Watching): Alert[] {
  const { detail, ...delivery } = envelopeOf(message);
  const { place, found } = siftRecord(detail as Json, { place: placer(), matchers: watching.matchers });
  if (typeof place === 'string')
    throw unreadable('unplaced', `the record proves nothing without what is missing or wrong in it: ${place}`);
  if (found === undefined) return [];
  const event = trailEvent(found.record, place);
  return found.answers.flatMap(({ selector: name, problem }) => {
    const selector = watching.selectors.get(name);
    if (selector === undefined) return [];
    return [alertOf({ message, delivery, event, selector, ...(problem === undefined ? {} : { problem }) }, watching)];
  });
}

function envelopeOf({ body }: WatchedMessage): z.infer<typeof Envelope> {
  const bytes = Buffer.from(body);
  bound(bytes);
  const parsed = Envelope.safeParse(json(body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((it) => `${it.path.join('.') || 'event'}: ${it.message}`);
  throw unreadable('malformed', problems.join('; '));
}

function bound(bytes: Buffer): void {
  const over = (what: string, found: number, limit: number) =>
    unreadable('too-large', `${found} ${what} are more than the limit of ${limit}`);
  if (bytes.byteLength > WATCH_LIMITS.bytes) throw over('bytes', bytes.byteLength, WATCH_LIMITS.bytes);
  const { depth, values } = jsonBounds(bytes);
  if (depth > WATCH_LIMITS.depth) throw over('levels of nesting', depth, WATCH_LIMITS.depth);
  if (values > WATCH_LIMITS.values) throw over('values', values, WATCH_LIMITS.values);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable('malformed', `it is not JSON: ${messageOf(cause)}`, cause);
  }
}

const unreadable = (code: 'too-large' | 'malformed' | 'unplaced', what: string, cause?: unknown): WitnessmarkError =>
  new WitnessmarkError(`watch-event-${code}`, `the event cannot be read: ${what}`, {
    hint: 'look at it in the dead-letter queue; the delivered file of the trail has it as well',
    cause,
  });

interface Matched {
  readonly message: WatchedMessage;
  readonly delivery: Delivery;
  readonly event: ReturnType<typeof trailEvent>;
  readonly selector: EventSelector;
  readonly problem?: string;
}

function alertOf({ message, delivery, event, selector, problem }: Matched, { store, at }: Watching): Alert {
  const { name, title, match, expect, remediation, alert } = selector;
  const { eventID, eventTime, eventName, eventSource, account, region, record } = event;
  const id = alertId(store, { selector: name, delivery, account, eventID });
  return Alert.parse({
    v: 1,
    kind: 'alert',
    id,
    run: id,
    at,
    selector: name,
    severity: alert?.severity ?? 'high',
    title: alert?.title ?? title,
    why: alert?.why ?? title,
    remediation,
    account,
    region: Region.safeParse(region).success ? region : 'global',
    receivedAt: Timestamp.safeParse(message.receivedAt).success ? message.receivedAt : at,
    // Whoever assumes a role chooses the name of the session, and a name may hold anything.
    event: { eventID, eventTime, eventName, eventSource, actor: clean(event.actor, store) },
    delivery: {
      ...delivery,
      id: readable(delivery.id),
      source: readable(delivery.source),
    },
    judgement: { sha256: sha256Hex(canonicalize([match, expect])), expect: match, params: {} },
    ...(problem === undefined ? {} : { problem: readable(problem) }),
    ...keptRecord(record, store.redactionSecret),
    salt: store.identity.salt(id),
  } satisfies Alert);
}

const clean = (text: string, { redactionSecret }: Watching['store']): string =>
  String(redact(text, { secret: redactionSecret }).value);

/** An account cannot take the place of another's event: the account that sent it is a part of the name. */
const alertId = (
  { identity }: Watching['store'],
  of: { selector: string; delivery: Delivery; account: string; eventID: string },
): string => identity.id('alert', of.selector, of.delivery.account, of.account, of.eventID);
