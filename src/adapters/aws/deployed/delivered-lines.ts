import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { jsonBounds } from '../../../collect/cloudtrail/json-bounds.ts';
import { messageOf, WitnessmarkError } from '../../../model/error.ts';

/** Limits on one delivery. CloudWatch Logs takes in 10,000 events at a time, and Lambda 6 MB of compressed text. */
export const DELIVERY_LIMITS = { inflated: 32 * 1024 * 1024, depth: 8, values: 100_000, lines: 10_000 };

/** End of the year 9999, in milliseconds since 1970: later times have another form. */
const LAST_MS = 253_402_300_799_999;

const LogEvent = z.object({ timestamp: z.int().min(0).max(LAST_MS), message: z.string() });

/** Other members are passed over, for AWS adds some. */
const Delivery = z.object({
  messageType: z.enum(['DATA_MESSAGE', 'CONTROL_MESSAGE']),
  logEvents: z.array(LogEvent).max(DELIVERY_LIMITS.lines),
});

/** A line of a log. */
export interface DeliveredLine {
  /** Milliseconds since 1970, as the log has it: the same however often the line is delivered. */
  readonly timestamp: number;
  readonly message: string;
}

/**
 * The lines that a subscription of CloudWatch Logs delivered: JSON, gzipped, as base64
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html). None of a control message, by
 * which it tries whether it may deliver. Throws `log-delivery-unreadable`, before it makes anything of what is too large.
 */
export function deliveredLines(data: string): readonly DeliveredLine[] {
  const bytes = inflated(data);
  const { depth, values } = jsonBounds(bytes);
  if (depth > DELIVERY_LIMITS.depth) throw unreadable(`${depth} levels of nesting`);
  if (values > DELIVERY_LIMITS.values) throw unreadable(`${values} values`);
  const delivery = Delivery.safeParse(json(bytes));
  if (!delivery.success) {
    const problems = delivery.error.issues.slice(0, 10).map((it) => `${it.path.join('.') || 'it'}: ${it.message}`);
    throw unreadable(problems.join('; '));
  }
  return delivery.data.messageType === 'DATA_MESSAGE' ? delivery.data.logEvents : [];
}

function inflated(data: string): Buffer {
  try {
    return gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: DELIVERY_LIMITS.inflated });
  } catch (cause) {
    throw unreadable(messageOf(cause), cause);
  }
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    // The parser quotes the text, which may be anything.
    throw unreadable('it is not JSON', cause);
  }
}

const unreadable = (what: string, cause?: unknown): WitnessmarkError =>
  new WitnessmarkError('log-delivery-unreadable', `the lines of the log cannot be read: ${what}`, {
    hint: 'look at the event in the queue of failed events; the log group has the lines as well',
    cause,
  });
