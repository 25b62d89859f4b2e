import { z } from 'zod';
import type { Notary } from '../../../ledger/notary.ts';
import { WitnessmarkError } from '../../../model/error.ts';

const HASH = z.string().max(64);

/** What a notary of its own function is asked; its answer is `NotaryAnswer`. */
export const NotaryCall = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('last') }),
  z.strictObject({
    ask: z.literal('sign'),
    request: z.strictObject({
      size: z.int().min(0),
      root: HASH,
      from: z.int().min(0),
      // A tree of 2^53 entries has no longer proof.
      proof: z.array(HASH).max(128),
    }),
  }),
]);
export type NotaryCall = z.infer<typeof NotaryCall>;

/** What it answers. */
export const NotaryAnswer = z.union([
  z.strictObject({ ok: z.literal(true), note: z.string().max(64 * 1024) }),
  z.strictObject({
    ok: z.literal(true),
    last: z.strictObject({ size: z.int().min(0), root: HASH, signed: z.array(z.int().min(0)) }),
  }),
  z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string(), hint: z.string().optional() }),
]);
export type NotaryAnswer = z.infer<typeof NotaryAnswer>;

/** Answers one call; what the notary refuses is an answer too. */
export async function answerNotaryCall(notary: Notary, call: NotaryCall): Promise<NotaryAnswer> {
  try {
    if (call.ask === 'sign') return { ok: true, note: await notary.sign(call.request) };
    const { size, root, signed } = await notary.last();
    return { ok: true, last: { size, root, signed: [...signed] } };
  } catch (thrown) {
    if (!(thrown instanceof WitnessmarkError)) throw thrown;
    const { code, message, hint } = thrown;
    return { ok: false, code, message, ...(hint === undefined ? {} : { hint }) };
  }
}
