import { verdictsOf } from '../app/assess.ts';
import type { KnownAssessment, Version } from '../app/assessments.ts';
import { assessments, definitionAt } from '../app/assessments.ts';
import { syncIndex } from '../app/replay.ts';
import type { Store } from '../app/store.ts';

/** Verdicts of one version. */
export type Verdicts = Awaited<ReturnType<typeof verdictsOf>>;

/** What many requests ask again: it changes with the ledger only, and a version never does. */
export interface Reader {
  /** Every assessment; the index is up to date when it returns. */
  known(): Promise<readonly KnownAssessment[]>;
  verdicts(version: Version): Promise<Verdicts>;
}

/** Versions whose verdicts are kept: those that people look at together. */
const KEPT = 3;

export function readerOf(store: Store): Reader {
  let last: { readonly size: number; readonly found: readonly KnownAssessment[] } | undefined;
  const kept = new Map<number, Promise<Verdicts>>();
  return {
    async known() {
      await syncIndex(store);
      const size = await store.index.size();
      if (last?.size !== size) last = { size, found: await assessments(store) };
      return last.found;
    },
    verdicts(version) {
      const found =
        kept.get(version.entry) ?? definitionAt(store, version).then((it) => verdictsOf(store, it, version));
      kept.delete(version.entry);
      kept.set(version.entry, found);
      // One that failed is asked anew.
      found.catch(() => kept.delete(version.entry));
      const [oldest] = kept.keys();
      if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
      return found;
    },
  };
}
