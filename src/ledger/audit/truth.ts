import type { Objects } from '../../ports/objects.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { checkpointKey } from '../checkpoint.ts';
import { HASH_BYTES, sameBytes } from '../merkle.ts';
import type { NotaryRecord } from '../notary.ts';
import { encodeBase64 } from '../text.ts';
import { countAt, TILE_WIDTH, tileKey } from '../tiles.ts';
import { type BatchScan, reportHole } from './batches.ts';
import { createReport } from './findings.ts';
import type { SignedHeads } from './heads.ts';
import { createLeaves, type DerivedTree, deriveTree, type Leaves } from './leaves.ts';
import { type AuditedStore, auditedStore } from './store.ts';

/** The leaves that everything else is measured against, and the tree over them. */
export interface Truth {
  readonly leaves: Leaves;
  readonly tree: DerivedTree;
}

/**
 * Finds the leaves that lead to the largest signed root: those of the batches, or else, where a batch
 * is damaged, those that the stored tiles hold. So that a finding names the damaged object, and not
 * everything that depends on it. Then checks every signed root against them.
 */
export async function findTruth(
  objects: Objects,
  store: AuditedStore,
  scan: BatchScan,
  signed: SignedHeads,
): Promise<Truth> {
  const top = signed.heads.at(-1);
  const expectedEnd = Math.max(top?.size ?? 0, signed.notary?.size ?? 0);
  if (scan.end < expectedEnd) {
    reportHole(store, { start: scan.end, before: scan.batches.at(-1)?.key ?? '', boundaries: signed.sizes });
  }
  const truth = await chooseLeaves(objects, scan, top);
  reportAlteredBatches(store, scan, truth.leaves);
  checkHeads(store, truth.tree, signed.heads);
  checkNotary(store, truth.tree, signed.notary);
  if (scan.end > (top?.size ?? 0)) {
    const message = `entries ${top?.size ?? 0} to ${scan.end - 1} are sequenced, but no checkpoint covers them yet`;
    store.report.warning('ledger-not-integrated', 'checkpoint', message);
  }
  return truth;
}

async function chooseLeaves(objects: Objects, scan: BatchScan, top: Checkpoint | undefined): Promise<Truth> {
  const batches = { leaves: scan.leaves, tree: deriveTree(scan.leaves) };
  if (top === undefined || leadsTo(batches.tree, top)) return batches;
  const tiles = await tileLeaves(objects, top.size);
  for (const [first, second] of [
    [tiles, scan.leaves],
    [scan.leaves, tiles],
  ] as const) {
    const leaves = merged(first, second, Math.max(top.size, scan.end));
    const tree = deriveTree(leaves);
    if (leadsTo(tree, top)) return { leaves, tree };
  }
  return batches;
}

function leadsTo(tree: DerivedTree, head: Checkpoint): boolean {
  return tree.size >= head.size && sameBytes(tree.root(head.size), head.root);
}

/** Leaf hashes as the level-0 tiles have them; what is wrong with those tiles is reported where tiles are checked. */
async function tileLeaves(objects: Objects, size: number): Promise<Leaves> {
  const quiet = auditedStore(objects, createReport());
  const leaves = createLeaves();
  for (let number = 0; number * TILE_WIDTH < countAt(0, size); number++) {
    const width = Math.min(TILE_WIDTH, size - number * TILE_WIDTH);
    const bytes = await quiet.read(tileKey({ level: 0, number, width }), 'ledger-tile-missing');
    if (bytes?.length === width * HASH_BYTES) leaves.set(number * TILE_WIDTH, bytes);
  }
  return leaves;
}

function merged(first: Leaves, second: Leaves, size: number): Leaves {
  const leaves = first.copy();
  for (let index = 0; index < size; index++) {
    const hash = first.get(index) ?? second.get(index);
    if (hash !== undefined) leaves.set(index, hash);
  }
  return leaves;
}

function reportAlteredBatches(store: AuditedStore, scan: BatchScan, truth: Leaves): void {
  if (truth === scan.leaves) return;
  for (const { key, start, count } of scan.batches) {
    const indices = Array.from({ length: count }, (_, at) => start + at);
    const altered = indices.filter((index) => !same(scan.leaves.get(index), truth.get(index)));
    if (altered.length === 0) continue;
    const message = `${key} was altered: ${altered.length} entries from ${altered[0]} on are not those that were signed`;
    store.report.error('ledger-batch-altered', key, message);
  }
}

function checkHeads(store: AuditedStore, tree: DerivedTree, heads: readonly Checkpoint[]): void {
  for (const head of heads) {
    if (head.size > tree.size || leadsTo(tree, head)) continue;
    const key = checkpointKey(head.size);
    const found = encodeBase64(tree.root(head.size));
    const message = `the root that was signed for ${head.size} entries is ${encodeBase64(head.root)}, the entries lead to ${found}`;
    store.report.error('ledger-root-differs', key, message);
  }
}

function checkNotary(store: AuditedStore, tree: DerivedTree, notary: NotaryRecord | undefined): void {
  if (notary === undefined || notary.size > tree.size) return;
  const found = encodeBase64(tree.root(notary.size));
  if (found === notary.root) return;
  const message = `the notary stands for root ${notary.root} of ${notary.size} entries, the entries lead to ${found}`;
  store.report.error('ledger-notary-differs', 'notary', message);
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && sameBytes(a, b);
}
