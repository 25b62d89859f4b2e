import { WitnessmarkError } from '../../model/error.ts';
import type { AlertMessage, Alerts } from '../../ports/alerts.ts';
import type { Fault } from './objects.ts';

/** Alerts that can be looked at. */
export interface MemoryAlerts extends Alerts {
  readonly published: AlertMessage[];
}

/** Keeps what was published. An injected fault throws `alert-not-published`, before or after it was taken over. */
export function memoryAlerts(options: { fault?: () => Fault | Promise<Fault> } = {}): MemoryAlerts {
  const published: AlertMessage[] = [];
  return {
    published,
    async publish(message) {
      const fault = (await options.fault?.()) ?? 'ok';
      if (fault !== 'fail') published.push(message);
      if (fault === 'ok') return `message-${published.length}`;
      throw new WitnessmarkError('alert-not-published', `injected fault (${fault}) at publish`);
    },
  };
}
