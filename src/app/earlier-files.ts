import { idSet } from '../collect/cloudtrail/id-set.ts';
import { sha256Of } from '../collect/cloudtrail/trail-file.ts';
import type { IngestedFile, LookedAt, Run } from '../model/run.ts';
import type { Store } from './store.ts';

/** What earlier ingests read, as the ledger says it. */
export interface EarlierFiles {
  /** A secret number that sets of ids are laid out with. */
  readonly seed: number;
  /** Whether a run read a file with this hash. */
  hasHash(sha256: string): boolean;
  /** Whether a run names this file as read. */
  hasName(name: string): boolean;
  /** Files of which nothing could be read → why. */
  readonly malformed: ReadonlyMap<string, string>;
  /** The whole of what was looked at to its end in a place, if anything was. */
  lookedAt(of: string, account: string, region: string): Stretch | undefined;
}

type Stretch = Pick<LookedAt, 'from' | 'to'>;

/** Reads it from the index; 32 bytes stay in memory for each file. */
export async function earlierFiles(store: Pick<Store, 'identity' | 'index'>): Promise<EarlierFiles> {
  const seed = Number.parseInt(store.identity.id('event-ids').slice(0, 8), 16) | 0;
  const [hashes, names] = [idSet(seed), idSet(~seed)];
  const malformed = new Map<string, string>();
  const looked = new Map<string, Stretch>();
  for await (const { body } of store.index.bodies('run')) {
    for (const file of body.files) {
      if (file.bytes === 0 || file.sha256 !== UNREAD) hashes.add(wordsOf(file.sha256), 0);
      names.add(wordsOf(hashOf(file.file)), 0);
      if (isLost(file)) malformed.set(file.file, file.malformed);
    }
    noteLooked(looked, body);
  }
  return {
    seed,
    hasHash: (sha256) => hashes.has(wordsOf(sha256), 0),
    hasName: (name) => names.has(wordsOf(hashOf(name)), 0),
    malformed,
    lookedAt: (...place) => looked.get(place.join(' ')),
  };
}

function noteLooked(known: Map<string, Stretch>, { looked = [] }: Run): void {
  for (const { of, account, region, from, to } of looked) {
    // What was asked for stands behind a question mark; without it, it is where anything was asked for.
    for (const name of new Set([of, of.replace(/\?.*$/, '')])) {
      const key = `${name} ${account} ${region}`;
      const before = known.get(key) ?? { from, to };
      const [first = from, last = to] = [[from, before.from].sort()[0], [to, before.to].sort()[1]];
      known.set(key, { from: first, to: last });
    }
  }
}

/** Whether nobody knows what events a file held; a digest file holds none. */
export const isLost = (file: IngestedFile): file is IngestedFile & { malformed: string } =>
  file.malformed !== undefined && file.records === 0 && !file.malformed.startsWith('cloudtrail-digest:');

const hashOf = (name: string): string => sha256Of(Buffer.from(name));

/** The hash of a file that was too large to be read at all, and of an empty one. */
const UNREAD = sha256Of(new Uint8Array(0));

/** Half of a hash is more than enough to tell files apart. */
function wordsOf(sha256: string): Uint32Array {
  const bytes = Buffer.from(sha256, 'hex');
  return Uint32Array.of(bytes.readUInt32BE(0), bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12));
}
