import { proofName, proofsPath } from './paths.ts';
import { NOTHING, type Recorder } from './sink.ts';
import { type TarMember, tarOf } from './tar.ts';

/** Proofs on their way into tars. */
export interface ProofTars {
  /** Takes the proofs in ascending order of their index. */
  add(index: number, proof: () => Promise<Uint8Array>): Promise<void>;
  end(): Promise<void>;
}

/** Puts proofs in tars, but those that the sink holds; one is on its way to the disk while the next is made. */
export function proofTars(payload: Recorder): ProofTars {
  let members: TarMember[] = [];
  let path = '';
  let writing: Promise<void> = Promise.resolve();
  const put = async (): Promise<void> => {
    await writing;
    if (path !== '') writing = payload.put(path, payload.holds(path) ? NOTHING : tarOf(members));
    // Told when it is waited for, which is soon.
    writing.catch(() => {});
    members = [];
  };
  return {
    async add(index, proof) {
      const own = proofsPath(index);
      if (own !== path) await put();
      path = own;
      if (!payload.holds(own)) members.push({ name: proofName(index), bytes: await proof() });
    },
    async end() {
      await put();
      await writing;
    },
  };
}
