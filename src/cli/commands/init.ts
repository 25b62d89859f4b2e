import { initStore, isStore, trustFiles } from '../../adapters/local/store.ts';
import { checkTimestamping, type Timestamping } from '../../adapters/local/store-file.ts';
import { setTimestamping, unsetTimestamping } from '../../adapters/local/timestamping.ts';
import type { Store } from '../../app/store.ts';
import { stampNewest } from '../../app/timestamps.ts';
import { sealTrust } from '../../app/trust.ts';
import { WitnessmarkError } from '../../model/error.ts';
import { rootsOf } from '../../pack/timestamp/roots.ts';
import { command } from '../command.ts';
import type { CommonOptions, Exit, Output } from '../output.ts';
import { EXIT } from '../output.ts';
import { clock, withStore } from '../session.ts';
import { noteTimestamp } from '../timestamp-note.ts';
import { readSmall } from '../verifier-keys.ts';

interface Options extends CommonOptions {
  readonly organisation: string;
  readonly origin?: string;
  /** False for `--no-timestamp`. */
  readonly timestamp?: string | false;
  readonly timestampCa?: string;
  readonly timestampPolicy?: string;
}

export const initCommand = () =>
  command<Options>(
    {
      name: 'init',
      description: 'make a new store with its keys and certificates, or set the time-stamping authority of one',
      configure: (it) =>
        it
          .option('--organisation <name>', 'name that stands in the certificates', 'Unnamed organisation')
          .option('--origin <name>', 'name of the log, such as example.com/audit; never used again for another log')
          .option(
            '--timestamp <url>',
            'RFC 3161 authority that stamps checkpoints and reports (default: none); also for a store that is there',
          )
          .option('--timestamp-ca <file>', 'PEM certificates that its tokens must lead to')
          .option('--timestamp-policy <oid>', 'policy to ask it for (default: its own)')
          .option('--no-timestamp', 'ask no authority any more'),
    },
    async ({ options, out }) => {
      const wanted = await timestampingOf(options);
      if (isStore(options.store) && options.timestamp !== undefined) return changeTimestamping(options, wanted, out);
      await initStore(options.store, { ...options, clock });
      return withStore(options, async (store) => {
        await sealTrust(store, await trustFiles(options.store));
        if (wanted !== undefined) await setTimestamping(options.store, store, wanted);
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

interface Wanted {
  readonly timestamp: Timestamping;
  readonly rootsPem: string;
}

/** Whatever can be wrong with what was asked is said before a store is made. */
async function timestampingOf({ timestamp, timestampCa, timestampPolicy }: Options): Promise<Wanted | undefined> {
  if (typeof timestamp !== 'string') {
    if (timestampCa === undefined && timestampPolicy === undefined) return undefined;
    throw new WitnessmarkError('usage-timestamp', '--timestamp-ca and --timestamp-policy need --timestamp <url>');
  }
  if (timestampCa === undefined) {
    throw new WitnessmarkError('usage-timestamp', '--timestamp needs --timestamp-ca <file>', {
      hint: 'a token of an authority that nobody trusts proves nothing: the authority publishes its certificates',
    });
  }
  const rootsPem = await readSmall(timestampCa);
  rootsOf(rootsPem, timestampCa);
  const policy = timestampPolicy === undefined ? {} : { policy: timestampPolicy };
  return { timestamp: checkTimestamping({ url: timestamp, ...policy }), rootsPem };
}

/** Sets or unsets the authority of a store that is there, and stamps what it holds at once. */
async function changeTimestamping(options: Options, wanted: Wanted | undefined, out: Output): Promise<Exit> {
  const set = (store: Store): Promise<void> =>
    wanted === undefined ? unsetTimestamping(options.store, store) : setTimestamping(options.store, store, wanted);
  await withStore(options, set);
  return withStore(options, async (store) => {
    const stamped = await stampNewest(store);
    out.emit({ store: options.store, authority: wanted?.timestamp.url ?? null, ...stamped });
    out.print(
      wanted === undefined ? 'no time-stamping authority is asked any more' : `authority  ${wanted.timestamp.url}`,
    );
    noteTimestamp(stamped.timestamp, out);
    return stamped.timestamp?.state === 'failed' ? EXIT.incomplete : EXIT.good;
  });
}
