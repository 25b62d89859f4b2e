import { messageOf, WitnessmarkError } from '../model/error.ts';
import type { Signer } from '../ports/signer.ts';
import type { WitnessReply } from '../ports/witness.ts';
import { type Checkpoint, openCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { type ConsistencyProof, parseConsistency } from './consistency.ts';
import { cosign, type WitnessKey, witnessKeyOf } from './cosignature.ts';
import { emptyRoot, sameBytes, type TreeHead, verifyConsistency } from './merkle.ts';
import type { NotaryState } from './notary.ts';
import { formatSignature, MAX_NOTE_BYTES, parseNote, type VerifierKey } from './note.ts';
import { decodeBase64, encodeBase64, utf8 } from './text.ts';

/** Most bytes of a request: a note, 63 hashes of 45 bytes, and the first line. */
export const MAX_REQUEST_BYTES = MAX_NOTE_BYTES + 4096;

/** Watches logs, each by its origin, and cosigns the trees that it has seen grow out of one another. */
export interface Witness {
  readonly key: WitnessKey;
  /** Answers the body of a POST to `add-checkpoint`. Throws only where its own state or signer fails. */
  addCheckpoint(body: Uint8Array): Promise<WitnessReply>;
}

export interface WitnessOptions {
  /** Name that stands in its cosignatures, such as `witness.example/w1`. */
  readonly name: string;
  readonly signer: Signer;
  /** Keys of the logs that it knows; a log that has had several keys is named once for each. */
  readonly logs: readonly VerifierKey[];
  /** Its memory of one log, apart from that of every other; `swap` is what makes one of two requests win. */
  readonly stateOf: (origin: string) => NotaryState;
  /** Seconds since 1970. */
  readonly now: () => number;
}

const TEXT = 'text/plain; charset=utf-8';

/** A reply that ends the work on a request. */
class Refusal extends Error {
  readonly reply: WitnessReply;

  constructor(status: number, body: string, type = TEXT) {
    super(body);
    this.reply = { status, type, body: `${body}\n` };
  }
}

/**
 * A C2SP tlog-witness. It cosigns a checkpoint only with a proof that its tree extends the newest one that
 * it has cosigned for this log, and stores that it stands for it before it answers.
 */
export async function createWitness(options: WitnessOptions): Promise<Witness> {
  const { name, signer, logs, stateOf, now } = options;
  const key = witnessKeyOf(name, await signer.publicKey());
  return {
    key,
    async addCheckpoint(body) {
      try {
        const { request, checkpoint } = openRequest(body, logs);
        await extend(stateOf(checkpoint.origin), request, checkpoint);
        const { text } = parseNote(Buffer.from(checkpoint.note));
        const line = formatSignature(await cosign(signer, key, text, now()));
        return { status: 200, type: TEXT, body: line };
      } catch (thrown) {
        if (thrown instanceof Refusal) return thrown.reply;
        throw thrown;
      }
    },
  };
}

/** What can be said of a request without knowing anything but the keys of the logs. */
function openRequest(
  body: Uint8Array,
  logs: readonly VerifierKey[],
): { request: ConsistencyProof; checkpoint: Checkpoint } {
  const request = orRefuse(400, () => parseRequest(body));
  const bytes = Buffer.from(request.checkpoint);
  const head = orRefuse(400, () => parseCheckpoint(parseNote(bytes).text));
  const keys = logs.filter((key) => key.name === head.origin);
  if (keys.length === 0) throw new Refusal(404, 'a log of this origin is not known here');
  const checkpoint = orRefuse(403, () => openCheckpoint(bytes, keys));
  if (request.olderSize > head.size) {
    throw new Refusal(400, `the old size ${request.olderSize} is larger than the ${head.size} of the checkpoint`);
  }
  return { request, checkpoint };
}

function parseRequest(body: Uint8Array): ConsistencyProof {
  const text = body.length > MAX_REQUEST_BYTES ? undefined : utf8(body);
  if (text === undefined) throw new RangeError(`expected UTF-8 of at most ${MAX_REQUEST_BYTES} bytes`);
  return parseConsistency(text);
}

/** Remembers the new tree in place of the old one, or refuses: then nothing has changed. */
async function extend(state: NotaryState, request: ConsistencyProof, newer: TreeHead): Promise<void> {
  const record = await state.read();
  const older = record === undefined ? { size: 0, root: emptyRoot() } : headOf(record);
  if (request.olderSize !== older.size) throw conflict(older.size);
  if (!verifyConsistency(older, newer, request.hashes)) {
    // Not as a size: a client would take that for a reason to ask again.
    if (older.size === newer.size && !sameBytes(older.root, newer.root))
      throw new Refusal(409, `another tree of ${older.size} entries was cosigned`);
    throw new Refusal(422, `the tree of ${newer.size} entries was not shown to extend that of ${older.size}`);
  }
  // Also where nothing is new: a later tree may have been cosigned since this one was read.
  const next = { size: newer.size, root: encodeBase64(newer.root), signed: [] };
  if (await state.swap(record, next)) return;
  throw conflict((await state.read())?.size ?? 0);
}

function headOf(record: { readonly size: number; readonly root: string }): TreeHead {
  const root = decodeBase64(record.root);
  if (root !== undefined) return { size: record.size, root };
  throw new WitnessmarkError('witness-state-invalid', 'the root that the witness remembers is not base64');
}

/** The size that it stands for, as C2SP tlog-witness has it. */
function conflict(size: number): Refusal {
  return new Refusal(409, String(size), 'text/x.tlog.size');
}

function orRefuse<T>(status: number, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new Refusal(status, messageOf(thrown));
  }
}
