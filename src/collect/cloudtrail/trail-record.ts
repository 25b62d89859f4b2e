import type { Json, JsonObject } from '../../model/json.ts';
import type { Place } from './place.ts';

/** A record that can be placed: which event, when, in which account, by whom. */
export interface TrailEvent {
  readonly eventID: string;
  /** UTC with milliseconds. */
  readonly eventTime: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly region: string;
  readonly account: string;
  readonly actor: string;
  /** As delivered. */
  readonly record: JsonObject;
}

/** Longest ARN of an identity, in characters. */
const MAX_ACTOR = 2048;

/** What a person reads of a placed record. Half surrogate pairs and control characters are shown as U+FFFD. */
export function trailEvent(record: JsonObject, { account }: Place): TrailEvent {
  const { eventID, eventTime, eventName, eventSource, awsRegion } = record;
  return {
    eventID: String(eventID),
    eventTime: new Date(String(eventTime)).toISOString(),
    eventName: readable(String(eventName)),
    eventSource: readable(String(eventSource)),
    region: typeof awsRegion === 'string' ? readable(awsRegion.slice(0, 64)) : 'unknown',
    account,
    actor: actorOf(record.userIdentity),
    record,
  };
}

function actorOf(identity: Json | undefined): string {
  if (typeof identity !== 'object' || identity === null) return 'unknown';
  const { arn, principalId, invokedBy, type } = identity as JsonObject;
  const actor = [arn, principalId, invokedBy, type].find((it) => typeof it === 'string' && it !== '');
  return typeof actor === 'string' ? readable(actor.slice(0, MAX_ACTOR)) : 'unknown';
}

/** Text that shows what it holds: no control characters, and none that change the direction of writing. */
export const readable = (text: string): string =>
  text.toWellFormed().replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
