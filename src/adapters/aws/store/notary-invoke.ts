import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { messageOf, WitnessmarkError } from '../../../model/error.ts';
import { PATIENT } from '../retries.ts';
import { NotaryAnswer, type NotaryCall } from './notary-calls.ts';

/** The part of Lambda's client that is used. */
export type Invoker = Pick<LambdaClient, 'send'>;

/** A client with the SDK's own region and credentials. */
export const ownClient = (): Invoker => new LambdaClient(PATIENT);

/** Asks the function; throws `notary-unreachable` where what it gives is no answer of a notary. */
export async function invokeNotary(client: Invoker, name: string, call: NotaryCall): Promise<NotaryAnswer> {
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

/** The error for a notary that gave no answer, or not the one that was asked for. */
export function unreachable(name: string, what: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('notary-unreachable', `the notary ${name} did not answer: ${what}`, {
    hint: 'nothing was signed that this process knows of; try again, then see the log of that function',
    cause,
  });
}
