import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';
import { CHECKPOINT_KEY, checkpointKey, parseCheckpoint } from './checkpoint.ts';
import { verifyCosignatures, type WitnessKey } from './cosignature.ts';
import { formatSignature, type NoteSignature, parseNote, parseSignatures } from './note.ts';

const FOLDER = 'cosignatures/';
const KEY = /^cosignatures\/(\d{16})\/([0-9a-f]{8})$/;

/** Key of the one cosignature that a witness has given for the checkpoint of `size` entries. */
export function cosignatureKey(size: number, keyId: string): string {
  return `${cosignaturesOf(size)}${keyId}`;
}

/** What the keys of all cosignatures of one checkpoint begin with. */
export function cosignaturesOf(size: number): string {
  return `${FOLDER}${checkpointKey(size).slice('checkpoints/'.length)}/`;
}

/** The size and the key id that such a key names. */
export function parseCosignatureKey(key: string): { size: number; keyId: string } | undefined {
  const [, digits, keyId] = KEY.exec(key) ?? [];
  const size = Number(digits);
  return keyId === undefined || !Number.isSafeInteger(size) ? undefined : { size, keyId };
}

/** The stored cosignature lines of one checkpoint, in order of their key ids; those that are damaged throw. */
export async function storedCosignatures(objects: Objects, size: number): Promise<NoteSignature[]> {
  const found: NoteSignature[] = [];
  for await (const key of objects.list(cosignaturesOf(size))) {
    const stored = await objects.get(key);
    if (stored !== undefined) found.push(openCosignature(key, stored.bytes));
  }
  return found;
}

/** The line that such an object holds; throws `ledger-cosignature-malformed`. Verifies nothing. */
export function openCosignature(key: string, bytes: Uint8Array): NoteSignature {
  const signatures = parseSignatures(bytes);
  const [signature] = signatures;
  if (signatures.length === 1 && signature !== undefined && signature.id === parseCosignatureKey(key)?.keyId)
    return signature;
  throw new WitnessmarkError(
    'ledger-cosignature-malformed',
    `${key} is not one signature line of the key that it names`,
  );
}

/** A signed note with further signature lines behind its own. */
export function cosignedNote(note: string, cosignatures: readonly NoteSignature[]): string {
  return `${note}${cosignatures.map(formatSignature).join('')}`;
}

/**
 * Puts the stored cosignatures into the published `checkpoint`, where readers of C2SP logs look for them.
 * `checkpoints/<size>` never changes. Does nothing where the newest checkpoint is another one by now.
 */
export async function publishCosignatures(objects: Objects, size: number): Promise<void> {
  const [published, signed] = [await objects.get(CHECKPOINT_KEY), await objects.get(checkpointKey(size))];
  if (published === undefined || signed === undefined) return;
  if (parseCheckpoint(parseNote(published.bytes).text).size !== size) return;
  const note = Buffer.from(signed.bytes).toString('utf8');
  const next = Buffer.from(cosignedNote(note, await storedCosignatures(objects, size)));
  // Whoever replaced it meanwhile has published a newer tree, whose cosignatures are asked for in turn.
  if (!next.equals(published.bytes)) await objects.replace(CHECKPOINT_KEY, next, published.version);
}

/** Whether `published` is `signed` with nothing but signature lines behind it. */
export function isCosigned(published: Uint8Array, signed: Uint8Array): boolean {
  if (Buffer.compare(published.subarray(0, signed.length), signed) !== 0) return false;
  return published.length === signed.length || parseNote(published).text === parseNote(signed).text;
}

/** The largest size up to `size` that a witness has cosigned, as the store holds it; 0 where there is none. */
export async function lastCosigned(objects: Objects, witness: WitnessKey, size: number): Promise<number> {
  let last = 0;
  for await (const key of objects.list(FOLDER)) {
    const found = parseCosignatureKey(key);
    if (found?.keyId === witness.id && found.size <= size) last = Math.max(last, found.size);
  }
  return last;
}

/** The cosignature that a witness answered with, verified over the checkpoint. Throws `witness-answer-invalid`. */
export function openAnswer(body: string, text: string, key: WitnessKey): NoteSignature {
  const own = parseSignatures(Buffer.from(body)).filter(({ name, id }) => name === key.name && id === key.id);
  const [signature] = own;
  if (signature === undefined) {
    throw new WitnessmarkError(
      'witness-answer-invalid',
      `it answered without a cosignature of key ${key.id} of ${key.name}`,
    );
  }
  verifyCosignatures({ text, signatures: [signature] }, [key]);
  return signature;
}
