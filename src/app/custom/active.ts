import type { Catalogue } from '../../catalog/catalogue.ts';
import { sha256Hex } from '../../ledger/canonical.ts';
import type { Objects } from '../../ports/objects.ts';
import { keepChoice, readChoice, readSet, readState } from './state.ts';

/** SHA-256 of the custom set that is active now; null without one. Throws `custom-state-invalid`. */
export async function activeSet(objects: Pick<Objects, 'get'>): Promise<string | null> {
  return (await readState(objects))?.state.active?.sha256 ?? null;
}

/** What a run judges by. */
export interface ActiveCatalogue {
  /** Its `problems` are not empty where the custom set does not fit what comes with Witnessmark any more. */
  readonly catalogue: Catalogue;
  /** SHA-256 of the custom set; null without one. */
  readonly custom: string | null;
}

/**
 * The set of one execution of a run: the one that is active when this is first asked, and the same whenever a step is
 * done again, so that a run has one plan. Throws `custom-state-invalid`.
 */
export async function setOfExecution(
  objects: Pick<Objects, 'get' | 'create'>,
  execution: string,
): Promise<string | null> {
  const key = `staging/custom-${sha256Hex(execution).slice(0, 32)}.json`;
  const chosen = await readChoice(objects, key);
  if (chosen !== undefined) return chosen.custom;
  const custom = await activeSet(objects);
  await keepChoice(objects, key, { v: 1, custom });
  return (await readChoice(objects, key))?.custom ?? null;
}

/**
 * A catalogue with a custom set over it. What of the set does not load is left out and is in `problems`. Throws
 * `custom-state-invalid`, `custom-set-missing` and `custom-set-altered`.
 */
export async function withSet(
  base: Catalogue,
  objects: Pick<Objects, 'get'>,
  custom: string | null,
): Promise<ActiveCatalogue> {
  if (custom === null) return { catalogue: base, custom };
  const files = await readSet(objects, custom);
  // Loaded here, so that whoever has no custom set does not wait for a parser of YAML.
  const { layOver } = await import('./judge.ts');
  return { catalogue: layOver(base, files), custom };
}
