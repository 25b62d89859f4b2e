import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Notary, SignRequest } from '../../ledger/notary.ts';
import type { VerifierKey } from '../../ledger/note.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { NotaryAnswer, type NotaryCall } from './notary-calls.ts';
import { PATIENT } from './retries.ts';

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
