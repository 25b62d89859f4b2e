import { trustFiles } from '../../adapters/local/key-ring.ts';
import { initStore } from '../../adapters/local/store.ts';
import { sealTrust } from '../../app/trust.ts';
import { command } from '../command.ts';
import type { CommonOptions } from '../output.ts';
import { EXIT } from '../output.ts';
import { clock, withStore } from '../session.ts';

interface Options extends CommonOptions {
  readonly organisation: string;
  readonly origin?: string;
}

export const initCommand = () =>
  command<Options>(
    {
      name: 'init',
      description: 'make a new store with its keys and certificates',
      configure: (it) =>
        it
          .option('--organisation <name>', 'name that stands in the certificates', 'Unnamed organisation')
          .option('--origin <name>', 'name of the log, such as example.com/audit; never used again for another log'),
    },
    async ({ options, out }) => {
      await initStore(options.store, { ...options, clock });
      return withStore(options, async (store) => {
        await sealTrust(store, await trustFiles(options.store));
        out.emit({ store: options.store, origin: store.origin, verifierKey: store.verifierKeys.at(-1) });
        out.print(`made a store in ${options.store}`);
        out.print(`log           ${store.origin}`);
        out.print(`verifier key  ${store.verifierKeys.at(-1)}`);
        out.note(
          'Give the verifier key and trust/root.pem to your auditor by another way than the reports themselves.',
        );
        out.note(
          `Keep ${options.store}/keys and ${options.store}/notary private, and back them up apart from the rest.`,
        );
        return EXIT.good;
      });
    },
  );
