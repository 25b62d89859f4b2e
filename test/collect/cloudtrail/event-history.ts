import type { JsonObject } from '../../../src/model/json.ts';
import type { CallError } from '../../../src/model/retrieval.ts';
import type { CallReply, CallRequest, Cloud } from '../../../src/ports/cloud.ts';

export interface HistoryOptions {
  /** Events a page. */
  readonly page?: number;
  /** What a call is answered with in the place of events. */
  readonly refuse?: (request: CallRequest, nth: number) => CallError | undefined;
}

/** A cloud whose only operation is LookupEvents, over CloudTrail records; one attribute at a time and in pages, as AWS does. */
export interface EventHistory extends Cloud {
  readonly calls: CallRequest[];
  readonly pauses: number[];
}

export function eventHistory(records: readonly JsonObject[], { page = 2, refuse }: HistoryOptions = {}): EventHistory {
  const calls: CallRequest[] = [];
  const pauses: number[] = [];
  let now = Date.parse('2026-10-04T00:00:00.000Z');
  return {
    calls,
    pauses,
    async call(request): Promise<CallReply> {
      const error = refuse?.(request, calls.length);
      calls.push(request);
      const startedAt = new Date(now).toISOString();
      now += 100;
      const meta = { requestId: `r${calls.length}`, caller: 'test', startedAt, endedAt: new Date(now).toISOString() };
      const told = { ...meta, attempts: 1, sdk: 'test' };
      return error === undefined ? { ...told, answer: answerOf(records, request, page) } : { ...told, error };
    },
    async pause(milliseconds) {
      pauses.push(milliseconds);
      now += milliseconds;
    },
  };
}

interface Asked {
  readonly LookupAttributes: [{ readonly AttributeKey: string; readonly AttributeValue: string }];
  readonly StartTime?: string;
  readonly EndTime?: string;
  readonly NextToken?: string;
}

function answerOf(records: readonly JsonObject[], { input, account, region }: CallRequest, page: number): JsonObject {
  const { LookupAttributes, StartTime = '', EndTime = '', NextToken = '0' } = input as unknown as Asked;
  const [{ AttributeKey, AttributeValue }] = LookupAttributes;
  const found = records.filter((it) => {
    const { type, userName } = it.userIdentity as Record<string, string>;
    const time = `${String(it.eventTime).slice(0, 19)}.000Z`;
    const values: Record<string, unknown> = { EventName: it.eventName, EventSource: it.eventSource };
    const value = AttributeKey === 'Username' ? (type === 'Root' ? 'root' : userName) : values[AttributeKey];
    const isThere = it.recipientAccountId === account && it.awsRegion === region;
    return isThere && value === AttributeValue && time >= StartTime && time <= EndTime;
  });
  const from = Number(NextToken);
  return {
    Events: found.slice(from, from + page).map((it) => ({
      EventId: String(it.eventID),
      EventName: String(it.eventName),
      CloudTrailEvent: JSON.stringify(it),
    })),
    ...(from + page < found.length ? { NextToken: String(from + page) } : {}),
  };
}
