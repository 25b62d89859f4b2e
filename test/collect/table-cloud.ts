import type { Json, JsonObject } from '../../src/model/json.ts';
import type { CallError } from '../../src/model/retrieval.ts';
import type { CallReply, CallRequest, Cloud } from '../../src/ports/cloud.ts';

export type Answer = { answer: Json } | { error: Partial<CallError> };

/** What a table says about a call: one answer for all, or a function of the input and of how often it was made. */
export type Table = Readonly<Record<string, Answer | ((input: JsonObject, nth: number) => Answer)>>;

export const at = '2026-10-01T02:00:00.000Z';
export const account = '111122223333';
export const ok = (answer: Json): Answer => ({ answer });
export const err = (kind: CallError['kind'], name: string): Answer => ({ error: { kind, name } });

/** A Cloud that answers from a table, in an order of its own if `shuffle` delays the answers. */
export function tableCloud(table: Table, delay: (nth: number) => number = () => 0): Cloud & { calls: CallRequest[] } {
  const calls: CallRequest[] = [];
  return {
    calls,
    pause: async () => {},
    async call(request) {
      const id = `${request.service}:${request.operation}`;
      const nth = calls.filter((it) => `${it.service}:${it.operation}` === id).length;
      calls.push(request);
      const turns = delay(calls.length);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      const entry = table[id];
      const said = typeof entry === 'function' ? entry(request.input, nth) : entry;
      return reply(said ?? err('not_recorded', 'NotInTable'), id);
    },
  };
}

function reply(said: Answer, id: string): CallReply {
  const meta = { requestId: `req-${id}`, caller: 'arn:aws:iam::111122223333:role/reader', startedAt: at, endedAt: at };
  const rest = { ...meta, attempts: 1, sdk: 'table' };
  if ('answer' in said) return { answer: said.answer as JsonObject, ...rest };
  return { error: { kind: 'rejected', name: 'Some', message: 'because', status: 400, ...said.error }, ...rest };
}
