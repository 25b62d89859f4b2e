import { WitnessmarkError } from '../model/error.ts';
import { HASH_BYTES } from './merkle.ts';
import { decodeBase64, encodeBase64, parseCount } from './text.ts';

/** That the ledger at a checkpoint still begins with everything it held at an older size. */
export interface ConsistencyProof {
  readonly olderSize: number;
  readonly hashes: readonly Uint8Array[];
  /** The newer checkpoint, verbatim. */
  readonly checkpoint: string;
}

const MAX_HASHES = 63;

/** In the form in which a C2SP tlog-witness is asked: any witness can check the file as it is. */
export function formatConsistency(proof: ConsistencyProof): string {
  return `old ${proof.olderSize}\n${proof.hashes.map((hash) => `${encodeBase64(hash)}\n`).join('')}\n${proof.checkpoint}`;
}

/** @throws WitnessmarkError `ledger-consistency-malformed` */
export function parseConsistency(text: string): ConsistencyProof {
  const split = text.indexOf('\n\n');
  const [first = '', ...lines] = text.slice(0, Math.max(split, 0)).split('\n');
  const olderSize = first.startsWith('old ') ? parseCount(first.slice(4)) : undefined;
  const hashes = lines.map(decodeBase64).filter((hash) => hash?.length === HASH_BYTES) as Uint8Array[];
  if (olderSize === undefined || hashes.length !== lines.length || lines.length > MAX_HASHES) {
    throw new WitnessmarkError(
      'ledger-consistency-malformed',
      `expected \`old <size>\`, at most ${MAX_HASHES} hashes in base64, a blank line and a checkpoint`,
    );
  }
  return { olderSize, hashes, checkpoint: text.slice(split + 2) };
}
