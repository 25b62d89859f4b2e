import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { findingOf } from './fault.ts';
import { type Pack, packOf } from './pack.ts';
import type { PackFiles } from './source.ts';
import { attestation } from './steps/attestation.ts';
import { bagLayout } from './steps/bag-layout.ts';
import { certificateChain } from './steps/certificate-chain.ts';
import { checkpoint } from './steps/checkpoint.ts';
import { consistency } from './steps/consistency.ts';
import { evidence } from './steps/evidence.ts';
import { inclusion } from './steps/inclusion.ts';
import { manifests } from './steps/manifest.ts';
import { pdfSignature } from './steps/pdf-signature.ts';
import { population } from './steps/population.ts';
import { previous } from './steps/previous.ts';
import { report } from './steps/report.ts';
import { results } from './steps/results.ts';
import { retrievals } from './steps/retrievals.ts';
import { samples } from './steps/samples.ts';
import { sigstore } from './steps/sigstore.ts';
import { timestamps } from './steps/timestamps.ts';
import { witnesses } from './steps/witnesses.ts';
import type { StepOutcome, StepResult, VerifyOptions, VerifyResult } from './types.ts';

/** One thing that is verified, on its own. */
export interface Step {
  readonly code: string;
  readonly title: string;
  readonly run: (pack: Pack) => Promise<StepOutcome>;
}

/** In this order; each looks on its own, so that one wrong file does not hide another. */
export const STEPS: readonly Step[] = [
  { code: 'bag-layout', title: 'The pack is complete and holds nothing else', run: bagLayout },
  { code: 'manifest', title: 'Every file has the hash that it had when the pack was made', run: manifests },
  { code: 'attestation', title: 'The document key signed every file of data/', run: attestation },
  { code: 'sigstore', title: 'The Sigstore bundle holds the same signed statement', run: sigstore },
  { code: 'certificate-chain', title: 'The document key is certified by the root', run: certificateChain },
  { code: 'pdf-signature', title: 'The PDF is signed, all of it, once', run: pdfSignature },
  { code: 'report', title: 'The report is well-formed and adds up', run: report },
  { code: 'checkpoint', title: "The ledger's key signed the checkpoint in the report", run: checkpoint },
  { code: 'timestamps', title: 'Timestamps are of an authority that is trusted', run: timestamps },
  { code: 'evidence', title: 'Every body is what its ledger entry commits to', run: evidence },
  { code: 'inclusion', title: 'Every entry is in the ledger', run: inclusion },
  { code: 'retrievals', title: 'The recorded calls that evidence rests on are there, unchanged', run: retrievals },
  { code: 'population', title: 'Every population can be recomputed from its evidence', run: population },
  { code: 'results', title: 'What the report says of each source follows from its evidence', run: results },
  { code: 'samples', title: 'Every sample is the one that the rule draws', run: samples },
  { code: 'previous', title: 'What has changed follows from the earlier report on record', run: previous },
  { code: 'consistency', title: 'The ledger extends the earlier one', run: consistency },
  { code: 'witnesses', title: 'Witnesses have seen the same ledger', run: witnesses },
];

/** Told of each step: before it, and what came of it. */
export type Watch = (step: Pick<Step, 'code' | 'title'>, result?: StepResult) => void;

/**
 * Verifies a pack offline: no network, no AWS, no store. Never throws because of what the pack holds;
 * every finding names the file (and line) that is wrong. `warnings` say what was trusted because
 * nothing from elsewhere was given.
 */
export async function verifyPack(files: PackFiles, options: VerifyOptions = {}, watch?: Watch): Promise<VerifyResult> {
  return await verifySteps(packOf(files, options), watch);
}

/** As `verifyPack`, for a pack of which more is asked than that. */
export async function verifySteps(pack: Pack, watch: Watch = () => {}): Promise<VerifyResult> {
  const steps: StepResult[] = [];
  const warnings: string[] = [];
  // With somebody beside, what waits for them does not hold up the rest.
  const begun = pack.aside === undefined ? [] : STEPS.map((step) => outcomeOf(() => step.run(pack), step.code));
  for (const [at, step] of STEPS.entries()) {
    const { code, title } = step;
    watch(step);
    const outcome = begun[at] ?? outcomeOf(() => step.run(pack), code);
    const { findings, notes = [], warnings: more = [] } = await outcome;
    const result = { code, title, ok: findings.length === 0, findings, notes };
    watch(step, result);
    steps.push(result);
    warnings.push(...more);
  }
  return { ok: steps.every((it) => it.ok), steps, warnings };
}

/**
 * Opens a pack and hands it on. One that is refused unread (links, paths that lead out, a bomb, a
 * damaged zip) fails in a step of its own, `source`.
 */
export async function verifyOpened(
  name: string,
  open: () => Promise<PackFiles>,
  verify: (files: PackFiles) => Promise<VerifyResult>,
): Promise<VerifyResult> {
  let files: PackFiles;
  try {
    files = await open();
  } catch (thrown) {
    if (!(thrown instanceof WitnessmarkError) || thrown.code !== 'pack-source-refused') throw thrown;
    const findings = [{ file: name, message: messageOf(thrown) }];
    return {
      ok: false,
      steps: [{ code: 'source', title: 'The pack can be read', ok: false, findings, notes: [] }],
      warnings: [],
    };
  }
  try {
    return await verify(files);
  } finally {
    await files.close();
  }
}

async function outcomeOf(run: () => Promise<StepOutcome>, code: string): Promise<StepOutcome> {
  try {
    return await run();
  } catch (thrown) {
    return { findings: [findingOf(thrown, code)] };
  }
}
