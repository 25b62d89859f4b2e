import { hash } from 'node:crypto';
import { WitnessmarkError } from '../model/error.ts';

/** Length in bytes of every hash of the tree (SHA-256). */
export const HASH_BYTES = 32;

/**
 * Gives the hash of the complete subtree over leaves `index * 2^level` up to `(index + 1) * 2^level`.
 * Proofs and roots are made from such hashes alone, so they work on arrays and on stored tiles.
 */
export type HashAt = (level: number, index: number) => Promise<Uint8Array> | Uint8Array;

/** A tree head without its signature. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Hash inputs are put together here, one at a time, so that no memory is taken for each: as long as entries of ours are. */
const LEAF_INPUT = new Uint8Array(1 + 1024);
const NODE_INPUT = Uint8Array.of(1, ...new Uint8Array(2 * HASH_BYTES));

/** RFC 6962: SHA-256 over 0x00 and the entry. */
export function leafHash(entry: Uint8Array): Uint8Array {
  const length = 1 + entry.length;
  const input = length <= LEAF_INPUT.length ? LEAF_INPUT.subarray(0, length) : new Uint8Array(length);
  input.set(entry, 1);
  return sha256(input);
}

/** RFC 6962: SHA-256 over 0x01, the left and the right hash. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  NODE_INPUT.set(left, 1);
  NODE_INPUT.set(right, 1 + HASH_BYTES);
  return sha256(NODE_INPUT);
}

/** RFC 6962: the root of a tree without leaves is the SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array());
}

/** Node hands a short text over about three times as fast as a buffer of its own. */
function sha256(input: Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', input, 'binary'), 'binary');
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** A source of subtree hashes over leaf hashes in memory. */
export function fromLeaves(leaves: readonly Uint8Array[]): HashAt {
  const levels: Uint8Array[][] = [[...leaves]];
  for (let below = leaves; below.length > 1; ) {
    const level = Array.from({ length: Math.floor(below.length / 2) }, (_, at) =>
      nodeHash(element(below, 2 * at), element(below, 2 * at + 1)),
    );
    levels.push(level);
    below = level;
  }
  return (level, index) => element(element(levels, level), index);
}

/** Root over the first `size` leaves. */
export function rootOf(size: number, hashAt: HashAt): Promise<Uint8Array> {
  return rangeHash(0, size, hashAt);
}

/** Proof that leaf `index` is in the tree of `size` leaves, leaf to root (RFC 6962 section 2.1.1). */
export function inclusionProof(index: number, size: number, hashAt: HashAt): Promise<Uint8Array[]> {
  return rangeHashes(siblings(index, size).reverse(), hashAt);
}

/**
 * `inclusionProof` for many entries of one tree in turn: what a path shares with the one before it, which
 * is nearly all where the entries are neighbours, is taken from there, as `show` made it.
 */
export function inclusionProver<T>(
  size: number,
  hashAt: HashAt,
  show: (hash: Uint8Array) => T,
): (index: number) => Promise<T[]> {
  let last: { readonly from: number; readonly to: number; readonly shown: T }[] = [];
  return async (index) => {
    const path: typeof last = [];
    for (const [depth, [from, to]] of siblings(index, size).entries()) {
      const known = last[depth];
      const same = known !== undefined && known.from === from && known.to === to;
      path.push(same ? known : { from, to, shown: show(await rangeHash(from, to, hashAt)) });
    }
    last = path;
    return path.map(({ shown }) => shown).reverse();
  };
}

/** The subtrees beside the path of a leaf, root to leaf, each as leaves `from` up to `to`. */
function siblings(index: number, size: number): [from: number, to: number][] {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) {
    throw outOfRange(`expected an entry index below ${size}, got ${index}`);
  }
  const ranges: [number, number][] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitPoint(to - from);
    ranges.push(index < middle ? [middle, to] : [from, middle]);
    if (index < middle) to = middle;
    else from = middle;
  }
  return ranges;
}

/** Proof that the tree of `first` leaves is a prefix of the tree of `second` (RFC 6962 section 2.1.2). */
export function consistencyProof(first: number, second: number, hashAt: HashAt): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(first) && first >= 0 && Number.isSafeInteger(second) && first <= second)) {
    throw outOfRange(`expected an older size of at most ${second}, got ${first}`);
  }
  if (first === 0) return Promise.resolve([]);
  const ranges: [number, number][] = [];
  let [from, to] = [0, second];
  while (first !== to) {
    const middle = from + splitPoint(to - from);
    ranges.push(first <= middle ? [middle, to] : [from, middle]);
    if (first <= middle) to = middle;
    else from = middle;
  }
  // The old tree's own root is known to the verifier, so it is only named when it is a part of more.
  if (from > 0) ranges.push([from, to]);
  return rangeHashes(ranges.reverse(), hashAt);
}

/** Whether `proof` shows that `leaf` (a leaf hash) is entry `index` of `head` (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  head: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  return climb(leaf, index, head, proof, () => false) !== undefined;
}

/** One node of a path, before its next sibling is taken in. */
export interface PathNode extends Path {
  readonly hash: Uint8Array;
}

/** The nodes from a leaf to the root, or to one that `joins`; undefined where they do not lead there. */
export function climb(
  leaf: Uint8Array,
  index: number,
  head: TreeHead,
  proof: readonly Uint8Array[],
  joins: (steps: readonly PathNode[]) => boolean,
): PathNode[] | undefined {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(head.size) && index >= 0 && index < head.size))
    return undefined;
  if (!isHash(leaf) || !proof.every(isHash)) return undefined;
  let [path, root]: [Path, Uint8Array] = [{ node: index, last: head.size - 1 }, leaf];
  const steps: PathNode[] = [{ ...path, hash: root }];
  for (const sibling of proof) {
    if (joins(steps)) return steps;
    if (path.last === 0) return undefined;
    const left = isRight(path);
    root = left ? nodeHash(sibling, root) : nodeHash(root, sibling);
    path = parent(left ? upFromRight(path) : path);
    steps.push({ ...path, hash: root });
  }
  return path.last === 0 && sameBytes(root, head.root) ? steps : undefined;
}

/** Whether `proof` shows that `older` is a prefix of `newer` (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(older: TreeHead, newer: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (![older, newer].every((head) => Number.isSafeInteger(head.size) && head.size >= 0 && isHash(head.root)))
    return false;
  if (!proof.every(isHash) || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && sameBytes(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && sameBytes(older.root, emptyRoot());
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof;
  return first !== undefined && climbBoth(older, newer, first, rest);
}

/** Hash over the leaves from `from` up to `to`, where `from` stands at the start of a subtree that holds them. */
async function rangeHash(from: number, to: number, hashAt: HashAt): Promise<Uint8Array> {
  const peaks: Uint8Array[] = [];
  for (let at = from; at < to; ) {
    const [width, level] = largestPower(to - at);
    peaks.push(await hashAt(level, at / width));
    at += width;
  }
  return foldPeaks(peaks);
}

/** Joins the roots of complete subtrees of falling size, left to right, into one root. */
export function foldPeaks(peaks: readonly Uint8Array[]): Uint8Array {
  return peaks.length === 0 ? emptyRoot() : peaks.reduceRight((right, left) => nodeHash(left, right));
}

async function rangeHashes(ranges: readonly (readonly [number, number])[], hashAt: HashAt): Promise<Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const [from, to] of ranges) hashes.push(await rangeHash(from, to, hashAt));
  return hashes;
}

/** Where a verifier stands: a node's number in its level, and the number of the level's last node. */
interface Path {
  readonly node: number;
  readonly last: number;
}

function climbBoth(older: TreeHead, newer: TreeHead, first: Uint8Array, rest: readonly Uint8Array[]): boolean {
  let path: Path = { node: older.size - 1, last: newer.size - 1 };
  while (path.node % 2 === 1) path = parent(path);
  let [olderRoot, newerRoot] = [first, first];
  for (const sibling of rest) {
    if (path.last === 0) return false;
    const left = isRight(path);
    if (left) olderRoot = nodeHash(sibling, olderRoot);
    newerRoot = left ? nodeHash(sibling, newerRoot) : nodeHash(newerRoot, sibling);
    path = parent(left ? upFromRight(path) : path);
  }
  return path.last === 0 && sameBytes(olderRoot, older.root) && sameBytes(newerRoot, newer.root);
}

function isRight(path: Path): boolean {
  return path.node % 2 === 1 || path.node === path.last;
}

/** A last node without a right sibling moves up unchanged until it is somebody's right sibling. */
function upFromRight(path: Path): Path {
  let at = path;
  while (at.node % 2 === 0 && at.node !== 0) at = parent(at);
  return at;
}

function parent(path: Path): Path {
  // Division, not shifts: sizes go past 32 bits.
  return { node: Math.floor(path.node / 2), last: Math.floor(path.last / 2) };
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_BYTES;
}

function isPowerOfTwo(size: number): boolean {
  return largestPower(size)[0] === size;
}

/** Largest power of two that is smaller than `width`: what goes to the left (RFC 6962 section 2.1). */
function splitPoint(width: number): number {
  return largestPower(width - 1)[0];
}

/** Largest power of two up to `width`, with its exponent. */
function largestPower(width: number): [power: number, exponent: number] {
  let [power, exponent] = [1, 0];
  while (power * 2 <= width) {
    power *= 2;
    exponent += 1;
  }
  return [power, exponent];
}

function element<T>(items: readonly T[], at: number): T {
  const item = items[at];
  if (item === undefined) throw outOfRange(`expected a node below ${items.length}, got ${at}`);
  return item;
}

function outOfRange(message: string): WitnessmarkError {
  return new WitnessmarkError('ledger-out-of-range', message);
}
