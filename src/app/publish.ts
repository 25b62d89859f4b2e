import { integrate } from '../ledger/integrate.ts';
import { syncIndex } from './replay.ts';
import type { Store } from './store.ts';

/**
 * Signs a checkpoint over everything that was sequenced, and brings the index up to it, for as long as `hasTime`
 * says so; `more` where something is left. Done again it goes on where it stopped.
 */
export async function publishAll(
  store: Store,
  hasTime: () => boolean,
): Promise<{ readonly size: number; readonly indexed: number; readonly more: boolean }> {
  const { objects, notary, verifierKeys } = store;
  const { size } = await integrate({ objects, notary, verifierKeys });
  const indexed = await syncIndex(store, { hasTime });
  return { size, indexed, more: (await store.index.size()) < size };
}
