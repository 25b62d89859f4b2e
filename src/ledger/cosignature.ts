import { WitnessmarkError } from '../model/error.ts';
import type { Signer } from '../ports/signer.ts';
import {
  COSIGNATURE,
  type Note,
  type NoteSignature,
  parseVkeyOfType,
  type VerifierKey,
  verifierKeyOf,
  verifySignature,
} from './note.ts';

/** Key of a witness, whose cosignatures say when (C2SP tlog-cosignature, type 0x04). */
export interface WitnessKey extends VerifierKey {
  readonly cosigns: true;
}

/** A cosignature that holds: whose, and when it was made, in seconds since 1970. */
export interface Cosignature {
  readonly key: WitnessKey;
  readonly time: number;
}

const TIME_BYTES = 8;
const SIGNATURE_BYTES = TIME_BYTES + 64;

/** The key of a witness from its name and its public key as DER SubjectPublicKeyInfo. */
export function witnessKeyOf(name: string, spki: Uint8Array): WitnessKey {
  return { ...verifierKeyOf(name, spki, COSIGNATURE), cosigns: true };
}

/** Parses a verifier key of type 0x04; throws `note-key-malformed`, for a log's key too. */
export function parseWitnessKey(vkey: string): WitnessKey {
  return { ...parseVkeyOfType(vkey, COSIGNATURE), cosigns: true };
}

/** What is signed: that at `time` this was the largest tree of its log that the witness had seen. */
export function cosignedText(text: string, time: number): string {
  return `cosignature/v1\ntime ${time}\n${text}`;
}

/**
 * Cosigns the text of a checkpoint. Throws `cosignature-time` where `time` is no number of seconds, and
 * `cosignature-invalid` rather than hand out a signature that the key does not verify.
 */
export async function cosign(signer: Signer, key: WitnessKey, text: string, time: number): Promise<NoteSignature> {
  if (!Number.isSafeInteger(time) || time < 0) {
    throw new WitnessmarkError('cosignature-time', `expected whole seconds since 1970, got ${time}`);
  }
  const made = await signer.sign(Buffer.from(cosignedText(text, time)));
  const stamp = Buffer.alloc(TIME_BYTES);
  stamp.writeBigUInt64BE(BigInt(time));
  const signature = Buffer.concat([stamp, made]);
  if (cosignedAt(key, text, signature) === undefined) {
    const message = `the signer gave a signature that key ${key.id} of ${key.name} does not verify`;
    throw new WitnessmarkError('cosignature-invalid', message);
  }
  return { name: key.name, id: key.id, signature };
}

/**
 * Cosignatures of known witnesses over a note, one for each, the earliest of it. Lines of keys that are
 * not known say nothing; a bad line of a known one rejects the note (`note-signature-invalid`).
 */
export function verifyCosignatures(note: Note, keys: readonly WitnessKey[]): Cosignature[] {
  const found = new Map<WitnessKey, number>();
  for (const { name, id, signature } of note.signatures) {
    const key = keys.find((known) => known.name === name && known.id === id);
    if (key === undefined) continue;
    const time = cosignedAt(key, note.text, signature);
    if (time === undefined) {
      const message = `the cosignature of ${name} (key ${id}) does not match the text`;
      throw new WitnessmarkError('note-signature-invalid', message);
    }
    found.set(key, Math.min(time, found.get(key) ?? time));
  }
  return [...found].map(([key, time]) => ({ key, time }));
}

/** The time of a signature that holds: u64 in big-endian order before 64 bytes of Ed25519. */
function cosignedAt(key: WitnessKey, text: string, signature: Uint8Array): number | undefined {
  if (signature.length !== SIGNATURE_BYTES) return undefined;
  const time = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
  if (!Number.isSafeInteger(time)) return undefined;
  return verifySignature(key, cosignedText(text, time), signature.subarray(TIME_BYTES)) ? time : undefined;
}
