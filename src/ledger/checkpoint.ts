import { messageOf, WitnessmarkError } from '../model/error.ts';
import { HASH_BYTES, type TreeHead } from './merkle.ts';
import { parseNote, type VerifierKey, verifyNote } from './note.ts';
import { decodeBase64, encodeBase64, parseCount, utf8 } from './text.ts';

/** What a checkpoint says (C2SP tlog-checkpoint): which log, how many entries, which root. */
export interface CheckpointText extends TreeHead {
  readonly origin: string;
}

/** A checkpoint whose signature was verified, with the note as it was read. */
export interface Checkpoint extends CheckpointText {
  readonly note: string;
  readonly signers: readonly VerifierKey[];
  /** Signature lines of keys that are not known. */
  readonly unknownSignatures: number;
}

/** Key of the newest checkpoint, the one replaceable object of the store. */
export const CHECKPOINT_KEY = 'checkpoint';

/** Key of the checkpoint that was signed at `size`. */
export function checkpointKey(size: number): string {
  return `checkpoints/${String(size).padStart(16, '0')}`;
}

/** The text that is signed: origin, size and base64 root, one a line. */
export function formatCheckpoint(checkpoint: CheckpointText): string {
  return `${checkpoint.origin}\n${checkpoint.size}\n${encodeBase64(checkpoint.root)}\n`;
}

/** Parses the signed text; throws `ledger-checkpoint-malformed`. Extension lines are accepted and ignored. */
export function parseCheckpoint(text: string): CheckpointText {
  const [origin, size, root, ...rest] = text.split('\n');
  const count = parseCount(size ?? '');
  const hash = decodeBase64(root ?? '');
  if (!origin || count === undefined || hash?.length !== HASH_BYTES || rest.pop() !== '' || rest.includes('')) {
    const shown = JSON.stringify(text.slice(0, 200));
    throw new WitnessmarkError(
      'ledger-checkpoint-malformed',
      `expected origin, size and root, one a line, got ${shown}`,
    );
  }
  return { origin, size: count, root: hash };
}

/**
 * Parses a note and verifies it as a checkpoint: signed by one of `keys`, and the log's origin is
 * the name of a key that signed. Throws `note-…` or `ledger-checkpoint-…`.
 */
export function openCheckpoint(bytes: Uint8Array, keys: readonly VerifierKey[]): Checkpoint {
  const { text, signers, unknown } = verifyNote(parseNote(bytes), keys);
  const checkpoint = parseCheckpoint(text);
  if (!signers.some((key) => key.name === checkpoint.origin)) {
    const names = signers.map((key) => key.name).join(', ');
    throw new WitnessmarkError(
      'ledger-checkpoint-foreign',
      `a checkpoint of ${checkpoint.origin} is signed by ${names} only`,
    );
  }
  return { ...checkpoint, note: utf8(bytes) ?? '', signers, unknownSignatures: unknown };
}

/** As `openCheckpoint`, but every error is `ledger-checkpoint-invalid` and names the object. */
export function openCheckpointObject(key: string, bytes: Uint8Array, keys: readonly VerifierKey[]): Checkpoint {
  try {
    return openCheckpoint(bytes, keys);
  } catch (thrown) {
    throw new WitnessmarkError('ledger-checkpoint-invalid', `${key}: ${messageOf(thrown)}`, { cause: thrown });
  }
}
