import { encodeEntry } from '../ledger/entry.ts';
import { sequence } from '../ledger/sequence.ts';
import { AccessRecord } from '../model/access.ts';
import { recover, storeBodies } from './seal.ts';
import type { Store } from './store.ts';

/** What is known of an access; the rest of its body is made when it is recorded. */
export type Access = Pick<
  AccessRecord,
  'by' | 'role' | 'operation' | 'assessment' | 'asked' | 'requestId' | 'outcome' | 'code' | 'omitted'
>;

/** Records who asked for what. */
export interface AccessLog {
  /**
   * Returns once the access has its final place in the ledger, durably; what was asked for is given after
   * that and not before. Accesses that come while others are being written go together as one batch.
   */
  record(access: Access): Promise<void>;
  /** Signs a checkpoint over everything that was recorded, and indexes it. Does nothing where nothing was. */
  publish(): Promise<void>;
}

/** Entries of one batch; those that wait beyond it go with the next. */
const BATCH = 1000;
/** Batches beyond the last checkpoint, each of which a writer has to walk past. */
const MOST_UNSIGNED = 64;

interface Waiting {
  readonly body: AccessRecord;
  readonly done: () => void;
  readonly failed: (thrown: unknown) => void;
}

/**
 * The log of accesses of one process. Any number of processes may have one over the same store. `notSigned` is told what kept
 * it from signing what had waited long enough: the accesses are in the ledger, and whoever signs next signs them too.
 */
export function accessLog(store: Store, notSigned: (thrown: unknown) => void = () => {}): AccessLog {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  // Batches of this process, all and those that a checkpoint covers.
  let sequenced = 0;
  let signed = 0;

  async function sign(): Promise<void> {
    const upTo = sequenced;
    if (signed >= upTo) return;
    await recover(store);
    signed = Math.max(signed, upTo);
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        await append(
          store,
          batch.map((it) => it.body),
        );
        sequenced += 1;
        for (const it of batch) it.done();
      } catch (thrown) {
        for (const it of batch) it.failed(thrown);
      }
      if (sequenced - signed >= MOST_UNSIGNED) await sign().catch(notSigned);
    }
    writing = undefined;
  }

  return {
    async record(access) {
      const body = accessBody(store, access, store.clock.now());
      const recorded = new Promise<void>((done, failed) => {
        waiting.push({ body, done, failed });
      });
      writing ??= writeAll();
      return recorded;
    },
    async publish() {
      await writing;
      await sign();
    },
  };
}

/** The body of an access at a time: the same bytes for the same access. Throws where it could not be read back. */
export function accessBody({ identity }: Pick<Store, 'identity'>, access: Access, at: string): AccessRecord {
  const id = identity.id('access', at, access.requestId, access.outcome);
  // What could not be read back would stop every reader of the ledger.
  return AccessRecord.parse({ v: 1, kind: 'access', id, run: id, at, salt: identity.salt(id), ...access });
}

/** To create the batch is to put it in order for good; the tree and its checkpoint follow from it. */
async function append(store: Store, bodies: readonly AccessRecord[]): Promise<void> {
  const stored = await storeBodies(store, bodies);
  if (stored.length === 0) return;
  await sequence(
    store.objects,
    stored.map(({ entry }) => encodeEntry(entry)),
  );
}
