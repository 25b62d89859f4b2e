import type { Report } from '../../../model/report.ts';
import { PATHS, proofName, proofsPath } from '../../paths.ts';
import { findingList } from '../fault.ts';
import type { Pack } from '../pack.ts';
import type { StepOutcome } from '../types.ts';

/** Every proof holds against the checkpoint and is about one body of the pack; every cited entry has one. */
export async function inclusion(pack: Pack): Promise<StepOutcome> {
  const [proofs, { hashes, unproved }, report] = [await pack.proofs(), await pack.bodies(), await pack.report()];
  const { findings, add } = findingList();
  for (const finding of proofs.findings) add(finding);
  for (const [hash, { index }] of proofs.byBody) {
    if (!hashes.has(hash))
      add({
        file: proofsPath(index),
        message: `${proofName(index)}: is about a body that ${PATHS.bodies} does not hold`,
      });
  }
  for (const line of unproved) add({ file: PATHS.bodies, line, message: 'has no proof in the pack' });
  for (const entry of citedEntries(report)) {
    if (!proofs.indices.has(entry))
      add({ file: PATHS.json, message: `cites ledger entry ${entry}, which the pack does not prove` });
  }
  return { findings };
}

function citedEntries(report: Report): Set<number> {
  const cited = new Set(report.runs.map((run) => run.entry));
  for (const source of report.controls.flatMap((it) => it.sources)) {
    for (const interval of source.failing) for (const entry of interval.entries) cited.add(entry);
    for (const subject of source.inconclusive) cited.add(subject.entry);
  }
  for (const { entry } of report.samples.flatMap((it) => it.items)) cited.add(entry);
  if (report.previous !== null) cited.add(report.previous.entry);
  return cited;
}
