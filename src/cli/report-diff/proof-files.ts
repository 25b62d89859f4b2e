import type { Report } from '../../model/report.ts';
import { MAX_PROOFS_TAR, proofIndex, proofsPath } from '../../pack/paths.ts';
import { tarMembers } from '../../pack/tar.ts';
import type { Pack } from '../../pack/verify/pack.ts';

/**
 * Where the pack proves the ledger entries that either report names: the path of the tar, a slash, and
 * the name of the proof in it. Only proofs that are really there; none is verified.
 */
export async function proofFiles(pack: Pack, reports: readonly Report[]): Promise<Map<number, string>> {
  const tars = new Set(reports.flatMap(entriesOf).map(proofsPath));
  const found = new Map<number, string>();
  for (const tar of tars) {
    if (!pack.files.sizes.has(tar)) continue;
    for (const { name } of tarMembers(await pack.bytes(tar, MAX_PROOFS_TAR))) {
      const index = proofIndex(name);
      if (index !== undefined) found.set(index, `${tar}/${name}`);
    }
  }
  return found;
}

function entriesOf({ controls, runs }: Report): number[] {
  const sources = controls.flatMap((it) => it.sources);
  return [
    ...sources.flatMap((it) => [
      ...it.failing.flatMap((one) => one.entries),
      ...it.inconclusive.map((one) => one.entry),
    ]),
    ...runs.map((it) => it.entry),
  ];
}
