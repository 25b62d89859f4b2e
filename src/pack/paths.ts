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
  bodies: 'data/evidence/bodies.jsonl',
  checkpoint: 'data/proofs/checkpoint',
  verifierKeys: 'data/trust/checkpoint.vkey',
  root: 'data/trust/root.pem',
  signing: 'data/trust/signing.pem',
} as const;

const PROOF = /^data\/proofs\/(\d{8,16})\.tlog-proof$/;
const CONSISTENCY = /^data\/proofs\/consistency\/(\d{16})\.txt$/;
const RETRIEVAL = /^data\/evidence\/retrievals\/([0-9a-f]{64})\.jsonl\.gz$/;

/** Ledger indices from 100,000,000 on simply get longer names. */
export const proofPath = (index: number): string => `data/proofs/${String(index).padStart(8, '0')}.tlog-proof`;

export const retrievalPath = (object: string): string => `data/evidence/retrievals/${object}.jsonl.gz`;

/** The ledger index that a proof's path names, or undefined where it is not the one spelling of one. */
export function proofIndex(path: string): number | undefined {
  const index = Number(PROOF.exec(path)?.[1]);
  return proofPath(index) === path ? index : undefined;
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

const sized = (size: number): string => String(size).padStart(16, '0');
