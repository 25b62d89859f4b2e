import { join } from 'node:path';
import { folderInventory } from '../adapters/local/inventory.ts';
import { trustFiles } from '../adapters/local/key-ring.ts';
import { auditedFolder, initStore, isStore, openStore } from '../adapters/local/store.ts';
import {
  setTimestamping,
  timestampRootsIn,
  unsetTimestamping,
  type WantedTimestamping,
} from '../adapters/local/timestamping.ts';
import type { Audited, InitOptions } from '../adapters/store-format.ts';
import type { Store } from '../app/store.ts';
import type { TrustFile } from '../app/trust.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Clock } from '../ports/clock.ts';
import type { Inventory } from '../ports/inventory.ts';
import type { Retention } from '../ports/retention.ts';

/** The list of a store's objects, what keeps them where anything does, and whether events are watched there. */
export interface Measures {
  readonly inventory: Inventory;
  readonly retention?: Retention;
  readonly watches: boolean;
}

/** A store that is named and not opened: all that commands do with one, wherever it is. */
export interface StorePlace {
  /** Whether a command that writes should make it first: it is not there, and can be made without being asked. */
  isWanting(): Promise<boolean>;
  init(options: InitOptions): Promise<void>;
  open(options: { clock: Clock; software: string }): Promise<Store>;
  trustFiles(): Promise<TrustFile[]>;
  audited(keys: readonly string[]): Promise<Audited>;
  /** What its health is measured on beside the store itself. */
  measures(): Measures;
  /** Certificates of the time-stamping authorities that it trusts, where it has any. */
  timestampRoots(): Promise<string | undefined>;
  /** Sets the authority that it asks, or that it asks none any more. */
  setTimestamping(store: Store, wanted: WantedTimestamping | undefined): Promise<void>;
  /** Folder for packs where none is given. */
  readonly packs: string;
  /** File of the key that `verify --key` takes for a pack of this store; left out where it is in no file here. */
  readonly keyFile?: string;
  /** What to do once it is made. */
  readonly advice: string;
}

/** The store that `--store` names: a folder, or `s3://…` with its parameters. Throws `usage-store`. */
export async function storePlace(text: string): Promise<StorePlace> {
  // Loaded here so that whoever has a folder does not wait for the SDK.
  return text.startsWith('s3://') ? awsPlace(text) : folderPlace(text);
}

/** The folder of a store, for what only a store in a folder can do yet. Throws `usage-store`. */
export function folderOf(text: string): string {
  if (!text.startsWith('s3://')) return text;
  throw new WitnessmarkError('usage-store', `--store ${text}: this works with a store in a folder only`, {
    hint: 'keys in KMS are rotated by their owner; docs/ARCHITECTURE.md says what works in AWS',
  });
}

function folderPlace(folder: string): StorePlace {
  return {
    isWanting: async () => !isStore(folder),
    init: (options) => initStore(folder, options),
    open: (options) => openStore(folder, options),
    trustFiles: () => trustFiles(folder),
    audited: (keys) => auditedFolder(folder, keys),
    measures: () => ({ inventory: folderInventory(folder), watches: false }),
    timestampRoots: () => timestampRootsIn(folder),
    setTimestamping: (store, wanted) =>
      wanted === undefined ? unsetTimestamping(folder, store) : setTimestamping(folder, store, wanted),
    packs: join(folder, 'reports'),
    keyFile: join(folder, 'trust', 'checkpoint.vkey'),
    advice: `Keep ${folder}/keys and ${folder}/notary private, and back them up apart from the rest.`,
  };
}

async function awsPlace(text: string): Promise<StorePlace> {
  const [
    { parseStoreLocation },
    { awsTrustFiles, openAwsStore, storeMeasures },
    { auditedAwsStore },
    { initAwsStore },
  ] = await Promise.all([
    import('../adapters/aws/store/store-location.ts'),
    import('../adapters/aws/store/store.ts'),
    import('../adapters/aws/store/audited-store.ts'),
    import('../adapters/aws/store/init-store.ts'),
  ]);
  const location = parseStoreLocation(text);
  return {
    // Never unasked: its certificates bear a name, and what is locked keeps it for years.
    isWanting: async () => false,
    init: (options) => initAwsStore({ ...location, ...options }),
    open: (options) => openAwsStore({ ...location, ...options }),
    trustFiles: () => awsTrustFiles(location),
    audited: (keys) => auditedAwsStore(location, keys),
    measures: () => ({ ...storeMeasures(location), watches: true }),
    timestampRoots: async () => undefined,
    setTimestamping: async () => {
      throw new WitnessmarkError('usage-timestamp', 'a store in AWS cannot have a time-stamping authority yet', {
        hint: 'stamp a copy of its checkpoints, or keep the store in a folder',
      });
    },
    packs: 'witnessmark-reports',
    advice: `Disable the root key (aws kms disable-key), and let nobody write to s3://${location.notaryBucket} but the notary.`,
  };
}
