import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { folderObjects } from '../adapters/local/objects.ts';
import { parseCheckpoint } from '../ledger/checkpoint.ts';
import { formatConsistency, parseConsistency } from '../ledger/consistency.ts';
import type { NotaryState } from '../ledger/notary.ts';
import { parseNote, type VerifierKey } from '../ledger/note.ts';
import { openLog } from '../ledger/read.ts';
import { WitnessmarkError } from '../model/error.ts';
import { consistencyPath, PATHS } from '../pack/paths.ts';
import { openPackFiles } from '../pack/verify/open.ts';
import type { PackFiles } from '../pack/verify/source.ts';
import { readSmall } from './verifier-keys.ts';

/** The body of an `add-checkpoint`, and the checkpoint in it. */
export interface CosignRequest {
  readonly body: string;
  readonly note: string;
}

/** What a witness knows, for a request that it can follow. */
export interface Known {
  readonly logs: readonly VerifierKey[];
  stateOf(origin: string): NotaryState;
}

const MAX_PACK_FILE = 128 * 1024;

/**
 * Makes of a path what the witness can be asked: a log's folder (the proof comes from its tiles), a pack as
 * a folder or zip, a file with an `add-checkpoint` body, or a checkpoint alone. Throws `usage-no-proof` where the
 * witness has seen an earlier tree and nothing there proves that this one extends it.
 */
export async function cosignRequest(path: string, known: Known): Promise<CosignRequest> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() && existsSync(join(path, 'checkpoint'))) return fromLog(path, known);
  if (found?.isDirectory() || path.endsWith('.zip')) return fromPack(path, known);
  const text = await readSmall(path);
  return text.startsWith('old ')
    ? { body: text, note: parseConsistency(text).checkpoint }
    : fromNote(text, known, async (old) => noProof(path, old));
}

async function fromLog(folder: string, { logs, stateOf }: Known): Promise<CosignRequest> {
  const vkeys = logs.map(({ vkey }) => vkey);
  const log = await openLog(folderObjects(folder), vkeys);
  const { origin, note, size } = log.checkpoint;
  const olderSize = await sizeKnown(stateOf(origin), size);
  const hashes = await log.consistencyProof(olderSize);
  return { body: formatConsistency({ olderSize, hashes, checkpoint: note }), note };
}

/** The size that a witness stands for; where that is larger than `size`, it says so itself when it is asked. */
const sizeKnown = async (state: NotaryState, size: number): Promise<number> =>
  Math.min((await state.read())?.size ?? 0, size);

async function fromPack(path: string, known: Known): Promise<CosignRequest> {
  const files = await openPackFiles(path);
  try {
    const note = await textIn(files, PATHS.checkpoint);
    return await fromNote(note, known, async (old) => {
      const proof = consistencyPath(old);
      return files.sizes.has(proof) ? parseConsistency(await textIn(files, proof)).hashes : noProof(path, old);
    });
  } finally {
    await files.close();
  }
}

async function textIn(files: PackFiles, path: string): Promise<string> {
  const size = files.sizes.get(path) ?? Number.POSITIVE_INFINITY;
  if (size > MAX_PACK_FILE)
    throw new WitnessmarkError('usage-unreadable', `${path} is missing or has more than ${MAX_PACK_FILE} bytes`);
  return Buffer.concat(await Array.fromAsync(files.read(path))).toString('utf8');
}

async function fromNote(
  note: string,
  { stateOf }: Known,
  proofFrom: (old: number) => Promise<readonly Uint8Array[]>,
): Promise<CosignRequest> {
  const { origin, size } = parseCheckpoint(parseNote(Buffer.from(note)).text);
  const olderSize = await sizeKnown(stateOf(origin), size);
  const hashes = olderSize === 0 || olderSize === size ? [] : await proofFrom(olderSize);
  return { body: formatConsistency({ olderSize, hashes, checkpoint: note }), note };
}

function noProof(path: string, old: number): never {
  throw new WitnessmarkError(
    'usage-no-proof',
    `${path} has no proof that its tree extends the ${old} entries that this witness stands for`,
    {
      hint: 'give the folder of the log, or a file with the body of an add-checkpoint request from that size',
    },
  );
}
