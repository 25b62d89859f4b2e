/** Where things stand in a pack, relative to the bag. */
export const PATHS = {
  bagit: 'bagit.txt',
  bagInfo: 'bag-info.txt',
  manifest: 'manifest-sha256.txt',
  tagManifest: 'tagmanifest-sha256.txt',
  readme: 'README.txt',
  pdf: 'data/report.pdf',
  json: 'data/report.json',
  attestation: 'data/attestation.json',
  sigstore: 'data/attestation.sigstore.json',
  bodies: 'data/evidence/bodies.jsonl',
  checkpoint: 'data/proofs/checkpoint',
  verifierKeys: 'data/trust/checkpoint.vkey',
  root: 'data/trust/root.pem',
  signing: 'data/trust/signing.pem',
} as const;

/** The page that verifies packs in a browser. Earlier packs have none, so a verifier must not miss it. */
export const PAGE = 'verify.html';

/** What a pack holds only where its deployment has a time-stamping authority. */
export const TIMESTAMP_PATHS = {
  checkpoint: 'data/proofs/checkpoint.tsr',
  roots: 'data/trust/tsa.pem',
} as const;

const PROOFS = /^data\/proofs\/(\d{8,16})\.tar$/;
const CONSISTENCY = /^data\/proofs\/consistency\/(\d{16})\.txt$/;
const RETRIEVAL = /^data\/evidence\/retrievals\/([0-9a-f]{64})\.jsonl\.gz$/;

/** Proofs of so many ledger indices stand in one tar: a million files of their own would be no use to anybody. */
const PROOFS_PER_TAR = 1000;

/** Most bytes of one tar of proofs, for whoever reads one: a thousand of 2 to 4 KiB, many times over. */
export const MAX_PROOFS_TAR = 64 * 1024 * 1024;

/** Ledger indices from 100,000,000 on simply get longer names. */
const indexed = (index: number): string => String(index).padStart(8, '0');

/** The tar that holds the proof of a ledger entry, named by the first index that it may hold. */
export const proofsPath = (index: number): string => `data/proofs/${indexed(index - (index % PROOFS_PER_TAR))}.tar`;

/** Name of the proof of a ledger entry within its tar. */
export const proofName = (index: number): string => `${indexed(index)}.tlog-proof`;

export const retrievalPath = (object: string): string => `data/evidence/retrievals/${object}.jsonl.gz`;

/** Whether a path is that of a tar of proofs. Whether its members belong there is theirs to say. */
export const isProofs = (path: string): boolean => PROOFS.test(path);

/** The ledger index that the name of a proof says, or undefined where it is no such name. */
export function proofIndex(name: string): number | undefined {
  const index = Number.parseInt(name, 10);
  return proofName(index) === name ? index : undefined;
}

/** The object that a retrieval's path names. */
export function retrievalObject(path: string): string | undefined {
  return RETRIEVAL.exec(path)?.[1];
}

/** The proof that the ledger extends what it was at an earlier size. */
export const consistencyPath = (size: number): string => `data/proofs/consistency/${sized(size)}.txt`;

/** The checkpoint that was signed at that earlier size. */
export const earlierCheckpointPath = (size: number): string => `data/proofs/consistency/${sized(size)}.checkpoint`;

/** The earlier size that a consistency proof's path names. */
export function consistencySize(path: string): number | undefined {
  const size = CONSISTENCY.exec(path)?.[1];
  return size === undefined ? undefined : Number(size);
}

/**
 * A checkpoint of the same or a later tree with signatures that the pack's own lacks, of witnesses or of a newer key,
 * behind the proof that it extends the pack's.
 */
export const COUNTERSIGNED = 'data/proofs/countersigned.txt';

const HANDOVERS = 'data/trust/handovers/';
const HANDOVER = /^data\/trust\/handovers\/(\d{8,16})\.tlog-proof$/;

/** The proof that an earlier key of the ledger has named another, by the index of the entry that does. */
export const handoverPath = (index: number): string => `${HANDOVERS}${indexed(index)}.tlog-proof`;

/** The body of that entry. */
export const handoverBodyPath = (index: number): string => `${HANDOVERS}${indexed(index)}.json`;

/** The entry that such a path names, in the one spelling that it has. */
export function handoverIndex(path: string): number | undefined {
  const index = Number(HANDOVER.exec(path)?.[1]);
  return handoverPath(index) === path ? index : undefined;
}

const sized = (size: number): string => String(size).padStart(16, '0');
