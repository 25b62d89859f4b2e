import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { WitnessmarkError } from '../model/error.ts';
import { decodeBase64, encodeBase64, utf8 } from './text.ts';

/** A checkpoint note has a few hundred bytes; this leaves room for many cosignatures of any kind. */
export const MAX_NOTE_BYTES = 64 * 1024;
const MAX_SIGNATURES = 100;
const MAX_VKEYS = 100;

/** C2SP signed-note: signature type of a plain Ed25519 signature over the text. */
const ED25519 = 0x01;
/** C2SP tlog-cosignature: signature type of a timestamped Ed25519 cosignature. */
export const COSIGNATURE = 0x04;
type KeyType = typeof ED25519 | typeof COSIGNATURE;
const ED25519_BYTES = 32;

/** DER of a SubjectPublicKeyInfo up to the 32 bytes of an Ed25519 key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Control characters other than line feed, which a signed note must not hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/;
const NAME = /^[^\s+]+$/u;
const SIGNATURE_LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u;

/** An Ed25519 key that may sign notes, as a C2SP verifier key names it. */
export interface VerifierKey {
  readonly name: string;
  /** First 4 bytes of SHA-256(name, 0x0A, type, key) as 8 hexadecimal digits. */
  readonly id: string;
  readonly publicKey: Uint8Array;
  /** The whole key as text: `name+id+base64(type, key)`. */
  readonly vkey: string;
}

/** One signature line, not yet verified. */
export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Uint8Array;
}

/** A parsed note, not yet verified. */
export interface Note {
  /** What is signed; ends in a line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A note with at least one good signature. */
export interface VerifiedNote {
  readonly text: string;
  /** Keys whose signatures hold, each once. */
  readonly signers: readonly VerifierKey[];
  /** Signature lines of keys that are not known, which say nothing. */
  readonly unknown: number;
}

/** A verifier key from its name and 32 raw bytes of an Ed25519 key; throws `note-key-malformed`. */
export function verifierKey(name: string, publicKey: Uint8Array, type: KeyType = ED25519): VerifierKey {
  if (!NAME.test(name) || CONTROL.test(name))
    throw malformedKey(`the name ${JSON.stringify(name)} is empty or has spaces or a plus sign`);
  if (publicKey.length !== ED25519_BYTES)
    throw malformedKey(`expected ${ED25519_BYTES} bytes of key, got ${publicKey.length}`);
  const typed = Buffer.concat([Uint8Array.of(type), publicKey]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'hex').slice(0, 8);
  return { name, id, publicKey, vkey: `${name}+${id}+${encodeBase64(typed)}` };
}

/** A verifier key from its name and a public key as DER SubjectPublicKeyInfo, as signers give it. */
export function verifierKeyOf(name: string, spki: Uint8Array, type: KeyType = ED25519): VerifierKey {
  const prefix = spki.subarray(0, SPKI_PREFIX.length);
  if (Buffer.compare(prefix, SPKI_PREFIX) !== 0)
    throw malformedKey('the public key is not an Ed25519 SubjectPublicKeyInfo');
  return verifierKey(name, spki.subarray(SPKI_PREFIX.length), type);
}

/** The public key of a verifier key as DER SubjectPublicKeyInfo. */
export function spkiOf({ publicKey }: VerifierKey): Uint8Array {
  return Buffer.concat([SPKI_PREFIX, publicKey]);
}

/** Parses `name+id+base64(type, key)`; throws `note-key-malformed`, also when the id is not the key's. */
export function parseVkey(vkey: string): VerifierKey {
  return parseVkeyOfType(vkey, ED25519);
}

/** As `parseVkey`, for a key of the one type that is asked for. */
export function parseVkeyOfType(vkey: string, type: KeyType): VerifierKey {
  // Base64 holds plus signs itself, so only the first two separate.
  const [, name, id, encoded] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(vkey) ?? [];
  if (name === undefined || encoded === undefined) throw malformedKey('expected name+id+key');
  const typed = decodeBase64(encoded);
  if (typed?.[0] !== type) throw malformedKey(`expected base64 of an Ed25519 key behind type byte ${type}`);
  const key = verifierKey(name, typed.subarray(1), type);
  if (key.id !== id) throw malformedKey(`key id ${id} is not that of the key, ${key.id}`);
  return key;
}

/** The bytes of a file of verifier keys, one a line. */
export function formatVkeys(keys: readonly VerifierKey[]): Uint8Array {
  return Buffer.from(keys.map((key) => `${key.vkey}\n`).join(''));
}

/** Parses a file of verifier keys, one a line; throws `note-key-malformed`. */
export function parseVkeys(bytes: Uint8Array): VerifierKey[] {
  const text = bytes.length > MAX_NOTE_BYTES ? undefined : utf8(bytes);
  const lines = text?.split('\n') ?? [];
  if (lines.pop() !== '' || lines.length === 0 || lines.length > MAX_VKEYS) {
    throw malformedKey(`expected 1 to ${MAX_VKEYS} lines, each with a key and a line feed`);
  }
  return lines.map(parseVkey);
}

/** Writes a note: the text (which must end in a line feed), a blank line, the signature lines. */
export function formatNote(note: Note): string {
  return `${note.text}\n${note.signatures.map(formatSignature).join('')}`;
}

/** One signature line with its line feed. */
export function formatSignature({ name, id, signature }: NoteSignature): string {
  return `\u2014 ${name} ${encodeBase64(Buffer.concat([Buffer.from(id, 'hex'), signature]))}\n`;
}

/** Parses signature lines that stand alone, each with its line feed; throws `note-malformed`. */
export function parseSignatures(bytes: Uint8Array): NoteSignature[] {
  // A text before them makes a note of them, so that one parser says what a signature line is.
  const { text, signatures } = parseNote(Buffer.concat([Buffer.from('-\n\n'), bytes]));
  if (text !== '-\n') throw malformedNote('expected signature lines and nothing else');
  return [...signatures];
}

/** Parses a signed note (C2SP signed-note); throws `note-malformed`. Verifies nothing. */
export function parseNote(bytes: Uint8Array): Note {
  if (bytes.length > MAX_NOTE_BYTES) throw malformedNote(`it has ${bytes.length} bytes, more than ${MAX_NOTE_BYTES}`);
  const note = utf8(bytes);
  if (note === undefined) throw malformedNote('it is not UTF-8');
  if (CONTROL.test(note)) throw malformedNote('it holds a control character other than line feed');
  const split = note.lastIndexOf('\n\n');
  if (split < 1 || !note.endsWith('\n'))
    throw malformedNote('expected text, a blank line and signatures, ending in a line feed');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES)
    throw malformedNote(`it has ${lines.length} signatures, more than ${MAX_SIGNATURES}`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/**
 * Verifies a parsed note. Signatures of unknown keys are ignored; a bad signature of a known key
 * rejects the note (`note-signature-invalid`), in a duplicate line too; no good one is `note-unsigned`.
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): VerifiedNote {
  const signers = new Set<VerifierKey>();
  let unknown = 0;
  for (const { name, id, signature } of note.signatures) {
    const key = keys.find((known) => known.name === name && known.id === id);
    if (key === undefined) unknown += 1;
    else if (verifySignature(key, note.text, signature)) signers.add(key);
    else
      throw new WitnessmarkError(
        'note-signature-invalid',
        `the signature of ${name} (key ${id}) does not match the text`,
      );
  }
  if (signers.size === 0) {
    const expected = keys.map((key) => `${key.name} (key ${key.id})`).join(', ') || 'none';
    throw new WitnessmarkError('note-unsigned', `no signature is of a known key; known: ${expected}`);
  }
  return { text: note.text, signers: [...signers], unknown };
}

/** Whether `signature` is the key's Ed25519 signature over `text`. */
export function verifySignature(key: VerifierKey, text: string, signature: Uint8Array): boolean {
  try {
    return verify(null, Buffer.from(text), publicKeyOf(key), signature);
  } catch {
    // A key that OpenSSL refuses verifies nothing.
    return false;
  }
}

/** Keys that have been read; bounded, since they come from outside. */
const publicKeys = new Map<string, KeyObject>();
const MAX_PUBLIC_KEYS = 100;

function publicKeyOf(key: VerifierKey): KeyObject {
  const known = publicKeys.get(key.vkey);
  if (known !== undefined) return known;
  const read = createPublicKey({ key: Buffer.from(spkiOf(key)), format: 'der', type: 'spki' });
  if (publicKeys.size < MAX_PUBLIC_KEYS) publicKeys.set(key.vkey, read);
  return read;
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? undefined : decodeBase64(encoded);
  if (name === undefined || bytes === undefined || bytes.length < 5) {
    throw malformedNote(`expected a signature line, got ${JSON.stringify(line.slice(0, 100))}`);
  }
  return { name, id: Buffer.from(bytes.subarray(0, 4)).toString('hex'), signature: bytes.subarray(4) };
}

function malformedNote(what: string): WitnessmarkError {
  return new WitnessmarkError('note-malformed', `not a signed note: ${what}`);
}

function malformedKey(what: string): WitnessmarkError {
  return new WitnessmarkError('note-key-malformed', `not a verifier key: ${what}`);
}
