import { answers, http } from './answer-kinds.ts';
import { cel, statements, yaml } from './catalog-kinds.ts';
import { recording, redaction, trail, zip } from './file-kinds.ts';
import type { FuzzKind } from './kind.ts';
import { lines, note, proof, tile, witness } from './ledger-kinds.ts';
import { pack } from './pack-kinds.ts';

/** Every kind of input from outside, by its name. */
export const FUZZ_KINDS: ReadonlyMap<string, FuzzKind> = new Map(
  [note, proof, tile, witness, cel, statements, redaction, yaml, trail, lines, zip, recording, answers, http, pack].map(
    (it) => [it.name, it],
  ),
);
