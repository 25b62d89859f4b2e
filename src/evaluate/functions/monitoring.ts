import { z } from 'zod';
import { WitnessmarkError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';
import { type LogPattern, parseLogPattern } from './log-pattern.ts';
import { type KnownEvent, type KnownValue, matchesEvents } from './log-pattern-match.ts';

/** Kinds of events that one call asks for: the lists of the event multiply. */
const MAX_EVENTS = 500;

const Filter = z.object({
  pattern: z.string(),
  /** A criterion beside the pattern: it narrows in a way that is not judged. */
  fieldSelection: z.string().nullable(),
  trails: z.array(z.object({ managementEvents: z.string(), narrowedBy: z.array(z.string()) })),
  alarms: z.array(z.object({ actionsEnabled: z.boolean(), actions: z.array(z.string()) })),
});
type Filter = z.infer<typeof Filter>;

const One = z.union([z.string(), z.boolean(), z.null(), z.strictObject({ not: z.string() })]);
const Event = z.record(z.string(), z.union([One, z.array(One)]));

/**
 * Which of the events no filter reliably reports: a filter does when a trail records the event, the
 * filter's pattern certainly matches it, and an alarm on the filter's metric has actions and they are
 * enabled. A list in the event stands for one event for each item; several lists for all combinations.
 * Gives what distinguishes each missing event (its items from lists), or the whole event where it has
 * no list. Throws `evaluate-monitoring` for arguments of another form.
 */
export function unmonitored(filters: Json, event: Json): string[] {
  const parsed = z.array(Filter).safeParse(filters);
  const wanted = Event.safeParse(event);
  if (!parsed.success || !wanted.success)
    throw new WitnessmarkError('evaluate-monitoring', 'unmonitored: expected filters and a map of event fields');
  const heard = parsed.data.filter(isHeard).map((it) => ({ ...it, parsed: parseLogPattern(it.pattern) }));
  return combinations(Object.entries(wanted.data))
    .filter((one) => !heard.some((filter) => reports(filter, new Map(one.fields))))
    .map((one) => (one.label === '' ? text(one.fields) : one.label));
}

function isHeard(filter: Filter): boolean {
  return filter.fieldSelection === null && filter.alarms.some((it) => it.actionsEnabled && it.actions.length > 0);
}

function reports(filter: Filter & { readonly parsed: LogPattern | undefined }, event: KnownEvent): boolean {
  const { parsed, trails } = filter;
  return parsed !== undefined && trails.some((it) => records(it, event)) && matchesEvents(parsed, event) === true;
}

/** Whether the trail certainly records the event. A condition reads `eventSource NotEquals a, b`. */
function records({ managementEvents, narrowedBy }: Filter['trails'][number], event: KnownEvent): boolean {
  const wanted = event.get('readOnly');
  const direction =
    managementEvents === 'All' ||
    (managementEvents === 'WriteOnly' && wanted === false) ||
    (managementEvents === 'ReadOnly' && wanted === true);
  return direction && narrowedBy.every((condition) => passes(condition, event));
}

function passes(condition: string, event: KnownEvent): boolean {
  const [, field = '', values = ''] = /^(\S+) NotEquals (.+)$/s.exec(condition) ?? [];
  const known = event.get(field);
  return typeof known === 'string' && !known.includes('*') && !values.split(', ').includes(known);
}

interface Combination {
  readonly label: string;
  readonly fields: readonly (readonly [string, KnownValue])[];
}

function combinations(entries: readonly (readonly [string, KnownValue | KnownValue[]])[]): Combination[] {
  let all: Combination[] = [{ label: '', fields: [] }];
  for (const [field, value] of entries) {
    const values = Array.isArray(value) ? value : [value];
    if (all.length * values.length > MAX_EVENTS)
      throw new WitnessmarkError('evaluate-monitoring', `unmonitored: expected at most ${MAX_EVENTS} events`);
    all = all.flatMap(({ label, fields }) =>
      values.map((it) => ({
        label: Array.isArray(value) ? [label, shown(it)].filter((part) => part !== '').join(' ') : label,
        fields: [...fields, [field, it] as const],
      })),
    );
  }
  return all;
}

function text(fields: Combination['fields']): string {
  return fields.map(([field, value]) => `${field} ${shown(value)}`).join(', ');
}

function shown(value: KnownValue): string {
  if (value === null) return 'absent';
  return typeof value === 'object' ? `not ${value.not}` : String(value);
}
