import { z } from 'zod';
import { CheckId, Severity } from './check.ts';
import { EventRef, Judgement } from './evidence.ts';
import { Json } from './json.ts';
import { AccountId, Region, Timestamp } from './primitives.ts';
import { salted } from './run.ts';

/** How an event came, as the event bus tells it. Only AWS itself can send with a source that begins with `aws.`. */
export const Delivery = z.strictObject({
  /** Of the delivery: two deliveries of one event may have two. */
  id: z.string().max(128),
  source: z.string().max(256),
  account: AccountId,
  region: Region,
});
export type Delivery = z.infer<typeof Delivery>;

/**
 * An event that a selector matched as it came through the event bus, minutes before the trail delivers it in a file.
 * It says that somebody was told, and of what: what the event means for a control is said by evidence of that file.
 * `event.eventTime` is when it happened, `receivedAt` when it came, `at` when it was read.
 */
export const Alert = z.strictObject({
  ...salted,
  kind: z.literal('alert'),
  selector: CheckId,
  severity: Severity,
  title: z.string(),
  why: z.string(),
  remediation: z.string(),
  account: AccountId,
  /** Where it happened; `global` where the record names no region. */
  region: Region,
  receivedAt: Timestamp,
  event: EventRef.omit({ file: true, fileSha256: true, record: true }),
  delivery: Delivery,
  judgement: Judgement,
  /** Set where the selector could not be asked of this record: neither a match nor none. */
  problem: z.string().optional(),
  /** The redacted CloudTrail record. */
  record: Json.optional(),
  /** Why there is no record. */
  leftOut: z.string().optional(),
});
export type Alert = z.infer<typeof Alert>;
