import { WitnessmarkError } from '../../model/error.ts';
import type { Message, Messages } from '../../ports/messages.ts';
import type { Fault } from './objects.ts';

/** Messages that can be looked at. */
export interface MemoryMessages extends Messages {
  readonly published: Message[];
}

/** Keeps what was published. An injected fault throws `messages-failed`, before or after it was taken over. */
export function memoryMessages(options: { fault?: () => Fault | Promise<Fault> } = {}): MemoryMessages {
  const published: Message[] = [];
  return {
    published,
    async publish(message) {
      const fault = (await options.fault?.()) ?? 'ok';
      if (fault !== 'fail') published.push(message);
      if (fault !== 'ok') throw new WitnessmarkError('messages-failed', `injected fault (${fault}) at publish`);
    },
  };
}
