import type { Checkpoint } from '../../ledger/checkpoint.ts';
import { parseEntry } from '../../ledger/entry.ts';
import { inclusionVerifier } from '../../ledger/inclusion-verifier.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { proofParser } from '../../ledger/proof.ts';
import type { Entry } from '../../model/entry.ts';
import { isProofs, MAX_PROOFS_TAR, proofIndex, proofName, proofsPath } from '../paths.ts';
import { type TarMember, tarMembers } from '../tar.ts';
import { findingList, findingOf, MAX_FINDINGS, PackFault } from './fault.ts';
import type { Pack } from './pack.ts';
import type { Read } from './read.ts';
import { sharer } from './share.ts';
import type { PackFiles } from './source.ts';
import type { Finding } from './types.ts';

/** One proved ledger entry: what its body must say too. A pack may hold a million. */
export interface ProvedEntry extends Pick<Entry, 'kind' | 'id' | 'run' | 'at'> {
  readonly index: number;
  /** SHA-256 of the body that it commits to. */
  readonly hash: string;
}

/** All proofs of a pack. */
export interface ProofScan {
  /** Body hash → the entry that commits to it. Only entries whose proof holds. */
  readonly byBody: ReadonlyMap<string, ProvedEntry>;
  readonly indices: ReadonlySet<number>;
  readonly findings: readonly Finding[];
}

/** What one tar of proofs proves, in its order, and what is wrong with it. */
export interface TarScan {
  readonly file: string;
  readonly proved: readonly ProvedEntry[];
  readonly findings: readonly Finding[];
}

/** Reads every `.tlog-proof` and verifies it against the pack's checkpoint. */
export async function scanProofs(pack: Pack): Promise<ProofScan> {
  const byBody = new Map<string, ProvedEntry>();
  const indices = new Set<number>();
  const { findings, add } = findingList();
  for (const scan of await allTars(pack)) {
    for (const finding of scan.findings) add(finding);
    for (const proved of scan.proved) {
      const { index, hash } = proved;
      const other = byBody.get(hash);
      if (other !== undefined)
        add({ file: scan.file, message: `${proofName(index)}: proves the same body as ${proofName(other.index)}` });
      indices.add(index);
      byBody.set(hash, proved);
    }
  }
  return { byBody, indices, findings };
}

/** In order: the first of them from here, and the last from beside, where there is somebody. */
async function allTars(pack: Pack): Promise<TarScan[]> {
  const { aside } = pack;
  const tars = tarsOf(pack.files);
  const claim = aside?.claim ?? (() => true);
  const scans: TarScan[] = [];
  for await (const scan of scanTars(pack.bytes, await pack.checkpoint(), { tars, claim })) scans.push(scan);
  for (const file of tars.slice(scans.length)) if (aside !== undefined) scans.push(await aside.tar(file));
  return scans;
}

/** The tars of proofs of a pack, in order. */
export const tarsOf = ({ sizes }: PackFiles): string[] => [...sizes.keys()].filter(isProofs);

/** Tars in the order in which they are to be read; each only if it may be claimed, and none after one that may not. */
export interface TarsInTurn {
  readonly tars: readonly string[];
  claim(): boolean;
}

/**
 * Reads tars in turn and verifies their proofs; one is read while the one before it is looked at. Of what is wrong in all
 * of them it tells as much as a step lists.
 */
export async function* scanTars(
  read: Read,
  checkpoint: Checkpoint,
  { tars, claim }: TarsInTurn,
): AsyncGenerator<TarScan> {
  const provedEntry = prover(checkpoint);
  const begin = (file: string | undefined) => {
    if (file === undefined || !claim()) return undefined;
    const tar = read(file, MAX_PROOFS_TAR);
    // An error is told when its turn comes.
    tar.catch(() => {});
    return { file, tar };
  };
  let left = MAX_FINDINGS;
  let ahead = begin(tars[0]);
  for (let at = 1; ahead !== undefined; at += 1) {
    const { file, tar } = ahead;
    ahead = begin(tars[at]);
    const scan = await scanTar(file, tar, provedEntry);
    const findings = scan.findings.slice(0, left);
    left -= findings.length;
    yield { ...scan, findings };
  }
}

/** The members of a tar in turn, up to where it is damaged. */
async function scanTar(file: string, tar: Promise<Uint8Array>, provedEntry: Prover): Promise<TarScan> {
  const proved: ProvedEntry[] = [];
  const { findings, add } = findingList();
  let last = -1;
  try {
    for (const { name, bytes } of tarMembers(await tar)) {
      try {
        proved.push(provedEntry({ file, name, bytes }));
      } catch (thrown) {
        add({ file, message: `${name}: ${findingOf(thrown, file).message}` });
      }
      const index = proofIndex(name) ?? last;
      if (index < last) add({ file, message: `${name}: comes after ${proofName(last)}` });
      last = index;
    }
    if (last < 0) add({ file, message: 'holds no proof' });
  } catch (thrown) {
    add(findingOf(thrown, file));
  }
  return { file, proved, findings };
}

type Prover = (member: TarMember & { file: string }) => ProvedEntry;

/** Gives the entry of a proof, or throws what is wrong with it. Neighbours share most of their work. */
function prover(checkpoint: Checkpoint): Prover {
  const [parse, isIncluded, same] = [proofParser(), inclusionVerifier(checkpoint), sharer()];
  return ({ file, name, bytes }) => {
    const fault = (message: string): PackFault => new PackFault({ file, message });
    const index = proofIndex(name);
    if (index === undefined || proofsPath(index) !== file) throw fault('is no proof that belongs here');
    const proof = parse(bytes);
    if (proof.checkpoint !== checkpoint.note)
      throw fault('is a proof against another checkpoint than the one of the pack');
    if (proof.index !== index) throw fault(`is a proof for entry ${proof.index}`);
    if (proof.extra === undefined) throw fault('has no `extra` line with the bytes of the entry');
    if (!isIncluded(leafHash(proof.extra), index, proof.hashes)) {
      throw fault(`the entry is not number ${index} of the ${checkpoint.size} entries of the ledger`);
    }
    const { kind, id, run, at, body } = parseEntry(proof.extra);
    return { index, hash: body.slice('sha256:'.length), kind, id, run: same(run), at: same(at) };
  };
}
