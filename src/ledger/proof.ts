import { WitnessmarkError } from '../model/error.ts';
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { HASH_BYTES, leafHash, verifyInclusion } from './merkle.ts';
import { MAX_NOTE_BYTES, type VerifierKey } from './note.ts';
import { decodeBase64, encodeBase64, parseCount, utf8 } from './text.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^53 entries has paths of at most 53 hashes; C2SP allows 63. */
const MAX_HASHES = 63;
const BLANK_LINE = Buffer.from('\n\n');
const MAX_EXTRA_BYTES = 64 * 1024;
const MAX_PROOF_BYTES = 2 * MAX_EXTRA_BYTES + MAX_NOTE_BYTES;

/** An offline proof that an entry is in the log (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  /** Leaf to root. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
  /** Not covered by the proof by itself: here the bytes of the entry, whose hash the proof is about. */
  readonly extra?: Uint8Array;
}

/** Bytes of a `.tlog-proof` file. */
export function formatProof(proof: TlogProof): Uint8Array {
  return proofWriter(proof.checkpoint)({ ...proof, hashes: proof.hashes.map(encodeBase64) });
}

/** What a proof is made of beside its checkpoint; hashes as base64, since neighbouring proofs share nearly all of them. */
export type ProofParts = Pick<TlogProof, 'index' | 'extra'> & { readonly hashes: readonly string[] };

/** `formatProof` for many proofs against one checkpoint, whose text is encoded once. */
export function proofWriter(checkpoint: string): (parts: ProofParts) => Uint8Array {
  const tail = Buffer.from(checkpoint, 'utf8');
  return ({ index, hashes, extra }) => {
    const shown = extra === undefined ? '' : `extra ${encodeBase64(extra)}\n`;
    const head = `${HEADER}\n${shown}index ${index}\n${hashes.join('\n')}${hashes.length > 0 ? '\n' : ''}\n`;
    // All but the checkpoint is ASCII, which is a third of the work of writing UTF-8.
    const bytes = Buffer.allocUnsafe(head.length + tail.length);
    bytes.write(head, 'latin1');
    bytes.set(tail, head.length);
    return bytes;
  };
}

/** Parses a `.tlog-proof` file; throws `ledger-proof-malformed`. Verifies nothing. */
export const parseProof = (bytes: Uint8Array): TlogProof => proofParser()(bytes);

/**
 * `parseProof` for many proofs of one tree: a hash that stands in the same place, from the root, as in the proof
 * before is the same array of bytes and is not decoded again.
 */
export function proofParser(): (bytes: Uint8Array) => TlogProof {
  let last: readonly HashLine[] = [];
  let known: Tail | undefined;
  return (bytes) => {
    const { lines, tail, ...proof } = splitProof(bytes);
    last = parseHashes(lines, last);
    if (known === undefined || !tail.equals(known.bytes)) known = { bytes: tail, text: checkpointText(tail) };
    return { ...proof, checkpoint: known.text, hashes: last.map(({ hash }) => hash) };
  };
}

/** The checkpoint of a proof: of all proofs of one tree the same. */
interface Tail {
  readonly bytes: Buffer;
  readonly text: string;
}

function checkpointText(bytes: Uint8Array): string {
  const text = utf8(bytes);
  if (text === undefined) throw malformed('it is not UTF-8');
  return text;
}

interface HashLine {
  readonly line: string;
  readonly hash: Uint8Array;
}

interface ProofPieces extends Pick<TlogProof, 'index' | 'extra'> {
  readonly lines: readonly string[];
  readonly tail: Buffer;
}

function splitProof(given: Uint8Array): ProofPieces {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
  if (bytes.length > MAX_PROOF_BYTES) throw malformed(`it has ${bytes.length} bytes, more than ${MAX_PROOF_BYTES}`);
  const split = bytes.indexOf(BLANK_LINE);
  if (split < 0) throw malformed('expected a blank line before the checkpoint');
  // All of it must be ASCII, and whatever is not is no header, number or base64.
  const [header, ...lines] = bytes.toString('latin1', 0, split).split('\n');
  if (header !== HEADER) throw malformed(`expected ${HEADER} as first line`);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift() ?? '') : undefined;
  const index = parseIndex(lines.shift() ?? '');
  const proof = { index, lines, tail: bytes.subarray(split + 2) };
  return extra === undefined ? proof : { ...proof, extra };
}

/**
 * Verifies that `entry` is in the log that `keys` sign, and gives the checkpoint that says so.
 * Throws `note-…` or `ledger-checkpoint-…` where the checkpoint does not hold, and
 * `ledger-proof-invalid` where the entry is not at that index of that tree.
 */
export function verifyProof(proof: TlogProof, entry: Uint8Array, keys: readonly VerifierKey[]): Checkpoint {
  const checkpoint = openCheckpoint(Buffer.from(proof.checkpoint), keys);
  if (!verifyInclusion(leafHash(entry), proof.index, checkpoint, proof.hashes)) {
    const message = `the entry is not number ${proof.index} of the tree of ${checkpoint.size} entries that was signed`;
    throw new WitnessmarkError('ledger-proof-invalid', message);
  }
  return checkpoint;
}

function parseExtra(line: string): Uint8Array {
  const extra = decodeBase64(line.slice('extra '.length));
  if (extra === undefined || extra.length > MAX_EXTRA_BYTES) throw malformed('expected base64 after `extra`');
  return extra;
}

function parseIndex(line: string): number {
  const index = line.startsWith('index ') ? parseCount(line.slice('index '.length)) : undefined;
  if (index === undefined) throw malformed(`expected \`index <number>\`, got ${JSON.stringify(line.slice(0, 100))}`);
  return index;
}

function parseHashes(lines: readonly string[], last: readonly HashLine[]): HashLine[] {
  if (lines.length > MAX_HASHES) throw malformed(`it has ${lines.length} hashes, more than ${MAX_HASHES}`);
  return lines.map((line, at) => {
    const known = last[last.length - lines.length + at];
    if (known?.line === line) return known;
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES)
      throw malformed(`expected a base64 hash, got ${JSON.stringify(line.slice(0, 100))}`);
    return { line, hash };
  });
}

function malformed(what: string): WitnessmarkError {
  return new WitnessmarkError('ledger-proof-malformed', `not a tlog proof: ${what}`);
}
