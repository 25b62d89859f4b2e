import { WitnessmarkError } from '../model/error.ts';
import type { Signer } from '../ports/signer.ts';
import { formatCheckpoint } from './checkpoint.ts';
import { emptyRoot, type TreeHead, verifyConsistency } from './merkle.ts';
import { formatNote, type NoteSignature, type VerifierKey, verifierKeyOf, verifySignature } from './note.ts';
import { decodeBase64, encodeBase64 } from './text.ts';

/** What a notary remembers: the newest tree it stands for, and every size it has (perhaps) signed. */
export interface NotaryRecord {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** Ascending. A size stands here before its signature is made. */
  readonly signed: readonly number[];
}

/**
 * The notary's own memory, kept apart from the log. `swap` stores `next` durably if the memory still
 * equals `previous` (`undefined`: if it is empty), and says whether it did.
 */
export interface NotaryState {
  read(): Promise<NotaryRecord | undefined>;
  swap(previous: NotaryRecord | undefined, next: NotaryRecord): Promise<boolean>;
}

/** Asks for a signature; plain JSON, so that it can cross to a function or an account of its own. */
export interface SignRequest {
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** The size that the notary stands for, as the caller has learned it. */
  readonly from: number;
  /** Base64 consistency proof between the smaller and the larger of `size` and `from`. */
  readonly proof: readonly string[];
}

/** The only holder of the right to sign checkpoints. */
export interface Notary {
  readonly origin: string;
  /** The key that its checkpoints verify with. */
  verifierKey(): Promise<VerifierKey>;
  /** What it stands for: an empty tree before the first signature. */
  last(): Promise<NotaryRecord>;
  /** A signed checkpoint note. Throws `notary-conflict` (ask again from `last`) or `notary-refused`. */
  sign(request: SignRequest): Promise<string>;
}

const EMPTY: NotaryRecord = { size: 0, root: encodeBase64(emptyRoot()), signed: [] };

/**
 * A notary that signs a tree only with a valid proof that it extends the tree it signed last, stores
 * what it is about to sign before it signs, and hands out no signature that does not verify. It signs
 * a size that it has signed before again, with the proof that the tree is the same.
 */
export function createNotary(options: {
  state: NotaryState;
  signer: Signer;
  /** Keys that sign too, each on a line of its own, while one is handed over to another. */
  also?: readonly Signer[];
  origin: string;
}): Notary {
  const { state, signer, also = [], origin } = options;
  const verifierKey = async () => verifierKeyOf(origin, await signer.publicKey());
  return {
    origin,
    verifierKey,
    last: async () => (await state.read()) ?? EMPTY,
    async sign(request) {
      const head = { size: request.size, root: hashOf(request.root) };
      const previous = await state.read();
      const next = decide(request, head, previous ?? EMPTY);
      if (next !== undefined && !(await state.swap(previous, next))) {
        throw conflict('another request was signed at the same time');
      }
      return signNote([signer, ...also], origin, formatCheckpoint({ origin, ...head }));
    },
  };
}

/** What to remember before signing, nothing where it is remembered already; throws where signing would be wrong. */
function decide(request: SignRequest, head: TreeHead, last: NotaryRecord): NotaryRecord | undefined {
  if (request.from !== last.size)
    throw conflict(`expected a proof from size ${last.size}, got one from ${request.from}`);
  const known = { size: last.size, root: hashOf(last.root) };
  const again = last.signed.includes(head.size);
  if (head.size < known.size && !again) {
    throw refused(`size ${head.size} is smaller than the size ${known.size} that was signed last`);
  }
  const [older, newer] = head.size < known.size ? [head, known] : [known, head];
  if (!verifyConsistency(older, newer, request.proof.map(hashOf))) {
    throw refused(`the tree of ${newer.size} entries was not shown to extend the tree of ${older.size}`);
  }
  return again ? undefined : { size: head.size, root: request.root, signed: [...last.signed, head.size] };
}

async function signNote(signers: readonly Signer[], origin: string, text: string): Promise<string> {
  return formatNote({ text, signatures: await Promise.all(signers.map((signer) => signText(signer, origin, text))) });
}

async function signText(signer: Signer, origin: string, text: string): Promise<NoteSignature> {
  const key = verifierKeyOf(origin, await signer.publicKey());
  const signature = await signer.sign(Buffer.from(text));
  if (!verifySignature(key, text, signature)) {
    const message = `the signer gave a signature that key ${key.id} of ${key.name} does not verify`;
    throw new WitnessmarkError('notary-signature-invalid', message);
  }
  return { name: key.name, id: key.id, signature };
}

function hashOf(text: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw refused('a hash is not base64');
  return bytes;
}

function conflict(what: string): WitnessmarkError {
  return new WitnessmarkError('notary-conflict', `the notary's state has moved: ${what}`);
}

function refused(what: string): WitnessmarkError {
  const hint =
    'the log was changed or restored from an old copy: keep both versions and start an incident, never reset the notary';
  return new WitnessmarkError('notary-refused', `the notary does not sign: ${what}`, { hint });
}
