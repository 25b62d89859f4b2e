import { WitnessmarkError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';

/** The texts of a list with a separator between them. Numbers and booleans are written as in JSON. */
export function join(list: Json, separator: string): string {
  if (!Array.isArray(list)) throw new WitnessmarkError('evaluate-list', 'join: expected a list');
  return list.map(textOf).join(separator);
}

function textOf(item: Json): string {
  if (typeof item === 'string') return item;
  if (typeof item === 'number' || typeof item === 'boolean') return String(item);
  throw new WitnessmarkError('evaluate-list', `join: expected a list of texts, found ${JSON.stringify(item)}`);
}
