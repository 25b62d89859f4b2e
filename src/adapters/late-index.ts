import type { EvidenceIndex } from '../ports/evidence-index.ts';

/**
 * An index that is opened when it is first asked, for its client takes a while to load, and who collects asks it only
 * when AWS has answered. What opening throws is thrown by whatever was asked; the next one to ask opens it again.
 */
export function lateIndex(open: () => Promise<EvidenceIndex>): EvidenceIndex {
  let opened: Promise<EvidenceIndex> | undefined;
  const index = (): Promise<EvidenceIndex> => {
    const now = opened ?? open();
    opened = now;
    now.catch(() => {
      opened = undefined;
    });
    return now;
  };
  async function* rows<T>(ask: (of: EvidenceIndex) => AsyncIterable<T>): AsyncGenerator<T> {
    yield* ask(await index());
  }
  return {
    size: async () => (await index()).size(),
    apply: async (entries) => (await index()).apply(entries),
    current: async (source, account, region) => (await index()).current(source, account, region),
    evidence: (filter) => rows((it) => it.evidence(filter)),
    heads: (order, treeSize) => rows((it) => it.heads(order, treeSize)),
    evidenceAt: async (at) => (await index()).evidenceAt(at),
    observations: (filter) => rows((it) => it.observations(filter)),
    bodies: (kind, filter) => rows((it) => it.bodies(kind, filter)),
    find: async (hash) => (await index()).find(hash),
    clear: async () => (await index()).clear(),
    close: async () => (await opened)?.close(),
  };
}
