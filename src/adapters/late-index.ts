import type { EvidenceIndex } from '../ports/evidence-index.ts';
import { late } from './late.ts';

/**
 * An index that is opened when it is first asked, for its client takes a while to load, and who collects asks it only
 * when AWS has answered. What opening throws is thrown by whatever was asked; the next one to ask opens it again.
 */
export function lateIndex(open: () => Promise<EvidenceIndex>): EvidenceIndex {
  const index = late(open);
  async function* rows<T>(ask: (of: EvidenceIndex) => AsyncIterable<T>): AsyncGenerator<T> {
    yield* ask(await index.get());
  }
  return {
    size: async () => (await index.get()).size(),
    apply: async (entries) => (await index.get()).apply(entries),
    current: async (source, account, region) => (await index.get()).current(source, account, region),
    evidence: (filter) => rows((it) => it.evidence(filter)),
    heads: (order, treeSize) => rows((it) => it.heads(order, treeSize)),
    evidenceAt: async (at) => (await index.get()).evidenceAt(at),
    observations: (filter) => rows((it) => it.observations(filter)),
    bodies: (kind, filter) => rows((it) => it.bodies(kind, filter)),
    find: async (hash) => (await index.get()).find(hash),
    clear: async () => (await index.get()).clear(),
    close: async () => (await index.opened)?.close(),
  };
}
