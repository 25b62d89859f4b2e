import { canonicalize } from '../../ledger/canonical.ts';
import type { Checkpoint } from '../../ledger/checkpoint.ts';
import { MAX_ENTRY_BYTES } from '../../ledger/entry.ts';
import { leafHash, verifyInclusion } from '../../ledger/merkle.ts';
import { parseProof, type TlogProof } from '../../ledger/proof.ts';
import { utf8 } from '../../ledger/text.ts';
import { Entry } from '../../model/entry.ts';
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
  const checkpoint = await pack.checkpoint();
  const take = (file: string, { name, bytes }: TarMember): void => {
    try {
      const proved = provedEntry(checkpoint, { file, name, bytes });
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
  for (const file of pack.files.sizes.keys()) {
    if (!isProofs(file)) continue;
    try {
      let last = -1;
      for (const member of tarMembers(await pack.bytes(file, MAX_PROOFS_TAR))) {
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

function provedEntry(checkpoint: Checkpoint, { file, name, bytes }: TarMember & { file: string }): ProvedEntry {
  const fault = (message: string): PackFault => new PackFault({ file, message });
  const index = proofIndex(name);
  if (index === undefined || proofsPath(index) !== file) throw fault('is no proof that belongs here');
  const proof: TlogProof = parseProof(bytes);
  if (proof.checkpoint !== checkpoint.note)
    throw fault('is a proof against another checkpoint than the one of the pack');
  if (proof.index !== index) throw fault(`is a proof for entry ${proof.index}`);
  if (proof.extra === undefined) throw fault('has no `extra` line with the bytes of the entry');
  if (!verifyInclusion(leafHash(proof.extra), index, checkpoint, proof.hashes)) {
    throw fault(`the entry is not number ${index} of the ${checkpoint.size} entries of the ledger`);
  }
  return { file, index, entry: parseEntry(proof.extra, fault) };
}

function parseEntry(bytes: Uint8Array, fault: (message: string) => PackFault): Entry {
  const text = bytes.length <= MAX_ENTRY_BYTES ? utf8(bytes) : undefined;
  if (text === undefined) throw fault(`the entry is not UTF-8 or longer than ${MAX_ENTRY_BYTES} bytes`);
  const value: unknown = JSON.parse(text);
  if (canonicalize(value) !== text) throw fault('the entry is not canonical JSON');
  const parsed = Entry.safeParse(value);
  if (!parsed.success)
    throw fault(`not an entry: ${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
