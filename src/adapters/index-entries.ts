import type { Entry } from '../model/entry.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { IndexedEntry } from '../ports/evidence-index.ts';

/** Hash of an entry's body, as evidence is told by. */
export const hashOf = (entry: Entry): string => entry.body.slice('sha256:'.length);

/** Those of `entries` that an index of `size` entries does not hold yet. Throws `index-hole`. */
export function freshEntries(entries: readonly IndexedEntry[], size: number): IndexedEntry[] {
  const fresh: IndexedEntry[] = [];
  for (const it of entries) {
    const next = size + fresh.length;
    if (it.index > next) throw hole(it.index, next);
    if (it.index === next) fresh.push(it);
  }
  return fresh;
}

function hole(index: number, next: number): WitnessmarkError {
  return new WitnessmarkError('index-hole', `cannot index ledger entry ${index}: the index ends at entry ${next - 1}`, {
    hint: 'run `witnessmark replay` to rebuild the index from the ledger',
  });
}
