import type { Checkpoint } from '../../ledger/checkpoint.ts';
import { parseEntry } from '../../ledger/entry.ts';
import { inclusionVerifier } from '../../ledger/inclusion-verifier.ts';
import { leafHash } from '../../ledger/merkle.ts';
import { proofParser } from '../../ledger/proof.ts';
import type { Entry } from '../../model/entry.ts';
import { isProofs, MAX_PROOFS_TAR, proofIndex, proofName, proofsPath } from '../paths.ts';
import { type TarMember, tarMembers } from '../tar.ts';
import { findingList, findingOf, PackFault } from './fault.ts';
import type { Pack } from './pack.ts';
import type { Finding } from './types.ts';

/** One proved ledger entry. */
export interface ProvedEntry {
  readonly file: string;
  readonly index: number;
  readonly entry: Entry;
}

/** All proofs of a pack. */
export interface ProofScan {
  /** Body hash → the entry that commits to it. Only entries whose proof holds. */
  readonly byBody: ReadonlyMap<string, ProvedEntry>;
  readonly indices: ReadonlySet<number>;
  readonly findings: readonly Finding[];
}

/** Reads every `.tlog-proof` and verifies it against the pack's checkpoint. */
export async function scanProofs(pack: Pack): Promise<ProofScan> {
  const byBody = new Map<string, ProvedEntry>();
  const indices = new Set<number>();
  const { findings, add } = findingList();
  const provedEntry = prover(await pack.checkpoint());
  const take = (file: string, { name, bytes }: TarMember): void => {
    try {
      const proved = provedEntry({ file, name, bytes });
      const hash = proved.entry.body.slice('sha256:'.length);
      const other = byBody.get(hash);
      if (other !== undefined) add({ file, message: `${name}: proves the same body as ${proofName(other.index)}` });
      indices.add(proved.index);
      byBody.set(hash, proved);
    } catch (thrown) {
      const { message } = findingOf(thrown, file);
      add({ file, message: `${name}: ${message}` });
    }
  };
  for await (const { file, tar } of tarsOf(pack)) {
    try {
      let last = -1;
      for (const member of tarMembers(await tar)) {
        take(file, member);
        const index = proofIndex(member.name) ?? last;
        if (index < last) add({ file, message: `${member.name}: comes after ${proofName(last)}` });
        last = index;
      }
      if (last < 0) add({ file, message: 'holds no proof' });
    } catch (thrown) {
      add(findingOf(thrown, file));
    }
  }
  return { byBody, indices, findings };
}

/** The tars of proofs; one is read while the one before it is looked at. */
async function* tarsOf(pack: Pack): AsyncGenerator<{ readonly file: string; readonly tar: Promise<Uint8Array> }> {
  const files = [...pack.files.sizes.keys()].filter(isProofs);
  const read = (file: string | undefined) => {
    const tar = file === undefined ? undefined : pack.bytes(file, MAX_PROOFS_TAR);
    // An error is told when its turn comes.
    tar?.catch(() => {});
    return tar;
  };
  let ahead = read(files[0]);
  for (const [at, file] of files.entries()) {
    const tar = ahead;
    ahead = read(files[at + 1]);
    if (tar !== undefined) yield { file, tar };
  }
}

/** Gives the entry of a proof, or throws what is wrong with it. Neighbours share most of their work. */
function prover(checkpoint: Checkpoint): (member: TarMember & { file: string }) => ProvedEntry {
  const [parse, isIncluded] = [proofParser(), inclusionVerifier(checkpoint)];
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
    return { file, index, entry: parseEntry(proof.extra) };
  };
}
