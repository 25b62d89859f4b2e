import type { Notary, SignRequest } from '../../../ledger/notary.ts';
import type { VerifierKey } from '../../../ledger/note.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import type { NotaryAnswer, NotaryCall } from './notary-calls.ts';
import type { Invoker } from './notary-invoke.ts';

export interface RemoteNotaryOptions {
  /** Name or ARN of the notary's function. */
  readonly functionName: string;
  readonly origin: string;
  /** The key that its checkpoints must verify with: it is known from elsewhere, and not asked for. */
  readonly key: VerifierKey;
  /** The SDK's own region and credentials where left out. */
  readonly client?: Invoker;
}

/**
 * The notary of a store as a function of its own: whoever asks it needs no right to sign and none to write its
 * memory. Throws what the notary throws, and `notary-unreachable` where it gave no answer.
 */
export function remoteNotary({ functionName, origin, key, client: given }: RemoteNotaryOptions): Notary {
  let client = given;
  const ask = async (call: NotaryCall): Promise<Extract<NotaryAnswer, { ok: true }>> => {
    const { invokeNotary, ownClient } = await loadInvoke();
    client ??= ownClient();
    const answer = await invokeNotary(client, functionName, call);
    if (answer.ok) return answer;
    throw new WitnessmarkError(answer.code, answer.message, answer.hint === undefined ? {} : { hint: answer.hint });
  };
  return {
    origin,
    verifierKey: async () => key,
    async last() {
      const answer = await ask({ ask: 'last' });
      if ('last' in answer) return answer.last;
      throw (await loadInvoke()).unreachable(functionName, 'it gave a note where it was asked for its memory');
    },
    async sign(request: SignRequest) {
      const { size, root, from, proof } = request;
      const answer = await ask({ ask: 'sign', request: { size, root, from, proof: [...proof] } });
      if ('note' in answer) return answer.note;
      throw (await loadInvoke()).unreachable(functionName, 'it gave its memory where it was asked for a note');
    },
  };
}

/** With the SDK, when the notary is asked: functions that append nothing open the store as well. */
const loadInvoke = () => import('./notary-invoke.ts');
