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
 * `parseProof` for many proofs of one tree: where the end of a proof, from one of its hashes on, is that of the proof
 * before, its hashes are the same arrays of bytes and nothing of it is looked at again.
 */
export function proofParser(): (bytes: Uint8Array) => TlogProof {
  let last: KnownProof | undefined;
  return (given) => {
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
    if (bytes.length > MAX_PROOF_BYTES) throw malformed(`it has ${bytes.length} bytes, more than ${MAX_PROOF_BYTES}`);
    const { head, end } = (last && joined(bytes, last)) ?? split(bytes);
    const { lines, ...proof } = parseHead(head);
    const hashes = [...parseHashes(lines, end.hashes.length), ...end.hashes];
    const { checkpoint } = end;
    last = { bytes, hashes, checkpoint, from: head.length - lines.length * HASH_LINE };
    return { ...proof, hashes, checkpoint };
  };
}

/** The end of a proof: hashes from some level on, and the checkpoint. */
type ProofEnd = Pick<TlogProof, 'hashes' | 'checkpoint'>;

/** A proof that was parsed, and where in it the first hash stands. */
interface KnownProof extends ProofEnd {
  readonly bytes: Buffer;
  readonly from: number;
}

/** What is left of a proof before an end that is known. */
interface Joined {
  readonly head: string;
  readonly end: ProofEnd;
}

/** Bytes of a hash in base64, with its line feed. */
const HASH_LINE = 45;

/** Where the end of a proof is that of one before; undefined where it is not, or not surely. */
function joined(bytes: Buffer, known: KnownProof): Joined | undefined {
  for (let at = 0; at <= known.hashes.length; at += 1) {
    const from = known.from + at * HASH_LINE;
    const length = bytes.length - (known.bytes.length - from);
    if (length < 1 || bytes.compare(known.bytes, from, known.bytes.length, length) !== 0) continue;
    const head = bytes.toString('latin1', 0, length);
    // A blank line before it would be the end of the hashes.
    if (!head.endsWith('\n') || head.includes('\n\n')) return undefined;
    return { head, end: { hashes: known.hashes.slice(at), checkpoint: known.checkpoint } };
  }
  return undefined;
}

function split(bytes: Buffer): Joined {
  const blank = bytes.indexOf(BLANK_LINE);
  if (blank < 0) throw malformed('expected a blank line before the checkpoint');
  const checkpoint = utf8(bytes.subarray(blank + BLANK_LINE.length));
  if (checkpoint === undefined) throw malformed('it is not UTF-8');
  return { head: bytes.toString('latin1', 0, blank + 1), end: { hashes: [], checkpoint } };
}

/** All of a head must be ASCII, and whatever is not is no header, number or base64. */
function parseHead(head: string): Pick<TlogProof, 'index' | 'extra'> & { readonly lines: readonly string[] } {
  const [header, ...lines] = head.slice(0, -1).split('\n');
  if (header !== HEADER) throw malformed(`expected ${HEADER} as first line`);
  const extra = lines[0]?.startsWith('extra ') ? parseExtra(lines.shift() ?? '') : undefined;
  const index = parseIndex(lines.shift() ?? '');
  return extra === undefined ? { index, lines } : { index, lines, extra };
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

/** Hashes before `more` that are known. */
function parseHashes(lines: readonly string[], more: number): Uint8Array[] {
  const count = lines.length + more;
  if (count > MAX_HASHES) throw malformed(`it has ${count} hashes, more than ${MAX_HASHES}`);
  return lines.map((line) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES)
      throw malformed(`expected a base64 hash, got ${JSON.stringify(line.slice(0, 100))}`);
    return hash;
  });
}

function malformed(what: string): WitnessmarkError {
  return new WitnessmarkError('ledger-proof-malformed', `not a tlog proof: ${what}`);
}
