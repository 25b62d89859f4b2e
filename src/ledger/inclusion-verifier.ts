import { climb, type PathNode, sameBytes, type TreeHead } from './merkle.ts';

/**
 * `verifyInclusion` for many proofs of one tree in turn. Where a path meets that of the proof before it, which was
 * verified from there on, and the rest of both proofs is the same, nothing is hashed again.
 */
export function inclusionVerifier(
  head: TreeHead,
): (leaf: Uint8Array, index: number, proof: readonly Uint8Array[]) => boolean {
  let last: { readonly steps: readonly PathNode[]; readonly proof: readonly Uint8Array[] } = { steps: [], proof: [] };
  return (leaf, index, proof) => {
    const joins = (steps: readonly PathNode[]): boolean => {
      const [now, rest] = [steps.at(-1), proof.length - steps.length + 1];
      const then = last.steps[last.proof.length - rest];
      if (now === undefined || then === undefined || then.node !== now.node || then.last !== now.last) return false;
      return sameBytes(now.hash, then.hash) && sameEnds(proof, last.proof, rest);
    };
    const steps = climb(leaf, index, head, proof, joins);
    if (steps === undefined) return false;
    // What was joined is verified, so its upper part stands for this one too.
    const joined = last.steps.slice(last.steps.length - (proof.length + 1 - steps.length));
    last = { steps: steps.length === proof.length + 1 ? steps : [...steps, ...joined], proof };
    return true;
  };
}

function sameEnds(a: readonly Uint8Array[], b: readonly Uint8Array[], count: number): boolean {
  for (let at = 1; at <= count; at += 1) {
    const [one, other] = [a[a.length - at], b[b.length - at]];
    if (one !== other && (one === undefined || other === undefined || !sameBytes(one, other))) return false;
  }
  return true;
}
