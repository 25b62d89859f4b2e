import type { Json, JsonObject } from '../../model/json.ts';
import { line, markup } from './text.ts';

/** Namespace of our properties; what each means is in `docs/FORMAT.md`. */
export const OSCAL_NAMESPACE = 'https://witnessmark.dev/ns/oscal/v1';

type Loose = Readonly<Record<string, Json | undefined>>;

/** Without what is undefined and without empty arrays: OSCAL allows neither null nor `[]`. */
export function present(fields: Loose): JsonObject {
  const kept = Object.entries(fields).filter(([, it]) => it !== undefined && !(Array.isArray(it) && it.length === 0));
  return Object.fromEntries(kept) as JsonObject;
}

/** A property in our namespace. */
export function prop(name: string, value: string | number, remarks?: string): JsonObject {
  const told = remarks === undefined ? {} : { remarks: markup(remarks) };
  return { name, ns: OSCAL_NAMESPACE, value: line(String(value)), ...told };
}

/** Properties for the values that there are, in the order in which they are named. */
export function props(values: Readonly<Record<string, string | number | null | undefined>>): JsonObject[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [prop(name, value)],
  );
}

/** Start of a UTC day, as a time with a zone. */
export const startOfDay = (day: string): string => `${day}T00:00:00.000Z`;

/** Last millisecond of a UTC day. */
export const endOfDay = (day: string): string => `${day}T23:59:59.999Z`;
