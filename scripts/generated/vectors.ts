import { jsonVectors } from './vectors/json.ts';
import { logVectors } from './vectors/log.ts';
import { noteVectors } from './vectors/notes.ts';
import { outcomeOf } from './vectors/operations.ts';
import { packVectors } from './vectors/pack.ts';
import { proofVectors } from './vectors/proofs.ts';
import { treeVectors } from './vectors/tree.ts';
import type { Vector } from './vectors/vector.ts';

/** Files of `docs/vectors`, by name: what each is about, and its vectors. */
const FILES: Readonly<Record<string, readonly [about: string, vectors: () => readonly Vector[] | Promise<Vector[]>]>> =
  {
    json: ['Canonical JSON, entries, bodies, ids and salts', jsonVectors],
    tree: ['Hashes of the tree, roots, inclusion and consistency', treeVectors],
    log: ['Bundles and the names of tiles', logVectors],
    notes: ['Verifier keys, notes and checkpoints', noteVectors],
    proofs: ['Files of proofs: tlog-proof, consistency, tars', proofVectors],
    pack: ['Populations, samples, signed statements, bag-info.txt and tables', packVectors],
  };

/** The test vectors of docs/FORMAT.md: path → text. What a published vector gives is never computed. */
export async function vectorFiles(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [name, [about, vectorsOf]] of Object.entries(FILES)) {
    const vectors = [];
    for (const vector of await vectorsOf()) vectors.push(await completed(vector));
    files.set(`docs/vectors/${name}.json`, `${JSON.stringify({ about, vectors }, undefined, 1)}\n`);
  }
  return files;
}

/** Throws where a vector says that it is good or refused, and the code does not agree. */
async function completed({ name, do: operation, in: input, source, expect, refused }: Vector): Promise<object> {
  const given = { name, ...(source === undefined ? {} : { source }), do: operation, in: input };
  const outcome = expect === undefined ? await outcomeOf(operation, input) : { out: expect };
  if ('refused' in outcome !== (refused !== undefined))
    throw new Error(`vector ${name}: expected it to be ${refused === undefined ? 'good' : 'refused'}`);
  return { ...given, ...(refused === undefined ? outcome : { refused }) };
}
