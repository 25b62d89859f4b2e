import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import type { Notary, SignRequest } from '../../ledger/notary.ts';
import type { VerifierKey } from '../../ledger/note.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { PATIENT } from './retries.ts';

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

const NotaryAnswer = z.union([
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

export interface RemoteNotaryOptions {
  /** Name or ARN of the notary's function. */
  readonly functionName: string;
  readonly origin: string;
  /** The key that its checkpoints must verify with: it is known from elsewhere, and not asked for. */
  readonly key: VerifierKey;
  /** The SDK's own region and credentials where left out. */
  readonly client?: Pick<LambdaClient, 'send'>;
}

/**
 * The notary of a store as a function of its own: whoever asks it needs no right to sign and none to write its
 * memory. Throws what the notary throws, and `notary-unreachable` where it gave no answer.
 */
export function remoteNotary({ functionName, origin, key, client = ownClient() }: RemoteNotaryOptions): Notary {
  const ask = async (call: NotaryCall): Promise<Extract<NotaryAnswer, { ok: true }>> => {
    const answer = await invoke(client, functionName, call);
    if (answer.ok) return answer;
    throw new WitnessmarkError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint });
  };
  return {
    origin,
    verifierKey: async () => key,
    async last() {
      const answer = await ask({ ask: 'last' });
      if ('last' in answer) return answer.last;
      throw unreachable(functionName, 'it gave a note where it was asked for its memory');
    },
    async sign(request: SignRequest) {
      const { size, root, from, proof } = request;
      const answer = await ask({ ask: 'sign', request: { size, root, from, proof: [...proof] } });
      if ('note' in answer) return answer.note;
      throw unreachable(functionName, 'it gave its memory where it was asked for a note');
    },
  };
}

const ownClient = (): LambdaClient => new LambdaClient(PATIENT);

async function invoke(client: Pick<LambdaClient, 'send'>, name: string, call: NotaryCall): Promise<NotaryAnswer> {
  const command = new InvokeCommand({ FunctionName: name, Payload: Buffer.from(JSON.stringify(call)) });
  const { Payload, FunctionError } = await client.send(command).catch((cause: unknown) => {
    throw unreachable(name, messageOf(cause), cause);
  });
  const text = Buffer.from(Payload ?? new Uint8Array()).toString('utf8');
  if (FunctionError !== undefined) throw unreachable(name, `${FunctionError}: ${text.slice(0, 500)}`);
  try {
    return NotaryAnswer.parse(JSON.parse(text));
  } catch (cause) {
    throw unreachable(name, 'its answer is not one of a notary', cause);
  }
}

function unreachable(name: string, what: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('notary-unreachable', `the notary ${name} did not answer: ${what}`, {
    hint: 'nothing was signed that this process knows of; try again, then see the log of that function',
    cause,
  });
}
