import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { JsonObject } from '../../src/model/json.ts';
import type { Compared } from './compare.ts';
import { Preparation } from './prepare.ts';

const Pair = z.strictObject({
  ours: z.string(),
  theirs: z.array(z.string()).min(1),
  /** Part of the ARNs of the resources that ours is about, where theirs is about more. */
  about: z.string().default(''),
  level: z.enum(['resource', 'account', 'somewhere']).default('resource'),
  params: z.record(z.string(), z.string()).default({}),
  /** Parameters that make our check ask what theirs asks. */
  with: JsonObject.default({}),
  /** What the account needs first; see prepare.ts. */
  prepare: Preparation.optional(),
});
/** A check of ours with those of the peer that mean the same. */
export type Pair = z.infer<typeof Pair>;

const Explanation = z.strictObject({
  ours: z.string(),
  theirs: z.string(),
  /** Ids of scenarios; all of the pair where left out. */
  scenarios: z.array(z.string()).optional(),
  they_say: z.enum(['PASS', 'FAIL', 'MANUAL']),
  we_say: z.enum(['compliant', 'non_compliant', 'not_applicable', 'inconclusive', 'not seen']),
  /** Whose the difference is. */
  whose: z.enum(['theirs', 'ours', 'emulator', 'meaning']),
  why: z.string().min(20),
});
/** Why two verdicts differ. */
export type Explanation = z.infer<typeof Explanation>;

const fileOf = (name: string): unknown => parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

/** What stands in `pairs.yaml`; throws where it is not of that shape. */
export const readPairs = (): Pair[] => z.strictObject({ pairs: z.array(Pair) }).parse(fileOf('pairs.yaml')).pairs;

/** What stands in `explained.yaml`; throws where it is not of that shape. */
export const readExplanations = (): Explanation[] =>
  z.strictObject({ explained: z.array(Explanation) }).parse(fileOf('explained.yaml')).explained;

/** One comparison with where it was made. */
export interface Result extends Compared {
  readonly check: string;
  readonly peerCheck: string;
  readonly scenario: string;
}

/** The explanation of a disagreement, if there is one. */
export function explanationOf(result: Result, explanations: readonly Explanation[]): Explanation | undefined {
  return explanations.find(
    (it) =>
      it.ours === result.check &&
      it.theirs === result.peerCheck &&
      it.they_say === result.theirs &&
      it.we_say === result.ours &&
      (it.scenarios === undefined || it.scenarios.includes(result.scenario)),
  );
}
