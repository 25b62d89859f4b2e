import { z } from 'zod';
import type { Json, JsonObject } from '../../model/json.ts';

/** The fields of a CloudTrail record that are needed to place it; everything else is left as it is. */
const Placed = z.object({
  eventID: z.string().min(1).max(128),
  eventTime: z.iso.datetime().max(64),
  eventName: z.string().min(1).max(256),
  eventSource: z.string().min(1).max(256),
  awsRegion: z.string().max(64).optional(),
  recipientAccountId: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  userIdentity: z
    .object({
      type: z.string().max(64).optional(),
      arn: z.string().max(2048).optional(),
      accountId: z.string().optional(),
      principalId: z.string().max(512).nullish(),
      invokedBy: z.string().max(512).optional(),
    })
    .nullish(),
});

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
  readonly record: JsonObject;
}

/**
 * Reads one record, or undefined where it is no CloudTrail record: without event id, time, name,
 * source or account it cannot be placed and proves nothing.
 */
export function readTrailRecord(record: Json): TrailEvent | undefined {
  const placed = Placed.safeParse(record);
  if (!placed.success) return undefined;
  const { eventID, eventTime, eventName, eventSource, awsRegion, recipientAccountId, userIdentity } = placed.data;
  const account = recipientAccountId ?? userIdentity?.accountId;
  if (account === undefined || !/^\d{12}$/.test(account)) return undefined;
  return {
    eventID,
    eventTime: new Date(eventTime).toISOString(),
    eventName,
    eventSource,
    region: awsRegion ?? 'unknown',
    account,
    actor: userIdentity?.arn ?? userIdentity?.principalId ?? userIdentity?.invokedBy ?? userIdentity?.type ?? 'unknown',
    record: record as JsonObject,
  };
}
