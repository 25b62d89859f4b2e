import type { EvidenceItem } from '../model/report.ts';
import type { EvidenceIndex } from '../ports/evidence-index.ts';
import { evidenceItem } from '../report/evidence-item.ts';

/** Which evidence a report rests on: that among `entries`, which are ascending and below `treeSize`. */
export interface Among {
  readonly treeSize: number;
  readonly entries: ArrayLike<number>;
}

/** That evidence in ledger order. Each iteration reads it anew. */
export function evidenceAmong(
  index: Pick<EvidenceIndex, 'heads'>,
  { treeSize, entries }: Among,
): AsyncIterable<EvidenceItem> {
  return {
    async *[Symbol.asyncIterator]() {
      let next = 0;
      for await (const row of index.heads('entry', treeSize)) {
        while ((entries[next] ?? Number.POSITIVE_INFINITY) < row.index) next += 1;
        if (entries[next] === row.index) yield evidenceItem(row);
      }
    },
  };
}
