import type { Json, JsonObject } from '../../model/json.ts';

/** CloudTrail's own limit for one event is below this, in UTF-16 units. */
const LONGEST_EVENT = 1024 * 1024;

/** The records of one answer as the text of a log file. */
export interface AnswerRecords {
  /** `{"Records": […]}`: the n-th record is that of the n-th event. */
  readonly bytes: Uint8Array;
  /** Events without a record that can be read; null stands in their place. */
  readonly unreadable: number;
}

/** LookupEvents gives each record as a text of JSON in `CloudTrailEvent`. It is bounded before it is parsed. */
export function recordsOfAnswer(events: readonly Json[]): AnswerRecords {
  const texts = events.map(recordText);
  const bytes = Buffer.from(`{"Records":[${texts.map((it) => it ?? 'null').join(',')}]}`);
  return { bytes, unreadable: texts.filter((it) => it === undefined).length };
}

function recordText(event: Json): string | undefined {
  const text = typeof event === 'object' && event !== null ? (event as JsonObject).CloudTrailEvent : undefined;
  if (typeof text !== 'string' || text.length > LONGEST_EVENT) return undefined;
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null && !Array.isArray(record) ? text : undefined;
  } catch {
    return undefined;
  }
}
