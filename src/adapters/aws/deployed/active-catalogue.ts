import { type ActiveCatalogue, activeSet, withSet } from '../../../app/custom/active.ts';
import type { Objects } from '../../../ports/objects.ts';
import { bundledCatalogue } from './catalogue.ts';

/** The newest one that was loaded: every task of a run has the same, and most requests. */
let newest: ActiveCatalogue | undefined;

/**
 * What this deployment judges by: the catalogue beside the bundles with the active custom set over it, or with the set
 * that `custom` names (null: none), as the plan of a run says. Throws as `bundledCatalogue`, `activeSet` and `withSet` do.
 */
export async function activeCatalogue(
  objects: Pick<Objects, 'get'>,
  { custom }: { readonly custom?: string | null } = {},
): Promise<ActiveCatalogue> {
  const wanted = custom === undefined ? await activeSet(objects) : custom;
  if (newest?.custom !== wanted) newest = await withSet(await bundledCatalogue(), objects, wanted);
  return newest;
}
