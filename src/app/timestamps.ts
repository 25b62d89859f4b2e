import { hash } from 'node:crypto';
import { CHECKPOINT_KEY, checkpointKey, parseCheckpoint } from '../ledger/checkpoint.ts';
import { parseNote } from '../ledger/note.ts';
import { messageOf, WitnessmarkError } from '../model/error.ts';
import type { Stamp } from '../pack/sign/cms.ts';
import { responseOf, tokenIn } from '../pack/timestamp/response.ts';
import { rootsOf } from '../pack/timestamp/roots.ts';
import { verifyToken } from '../pack/timestamp/verify.ts';
import type { TimestampAuthority } from '../ports/timestamp.ts';
import type { Store } from './store.ts';

/** A store's time-stamping authority, and the certificates (PEM) that its tokens lead to. */
export interface Timestamps {
  readonly authority: TimestampAuthority;
  readonly rootsPem: string;
}

/** Why something has no timestamp. */
export interface TimestampFailure {
  readonly code: string;
  readonly message: string;
}

/** What became of the timestamp of a checkpoint. */
export interface CheckpointTimestamp {
  /** Key of the timestamp: `checkpoints/<size>.tsr`. */
  readonly object: string;
  /** `kept`: an earlier run has stamped it. */
  readonly state: 'stamped' | 'kept' | 'failed';
  readonly failure?: TimestampFailure;
}

/** Stamps things of one run, each once. After a first failure it asks no more: the next run does. */
export interface Stamper {
  /** Of anything; kept under `timestamps/` by its digest, so that the same thing always gets the same token. */
  readonly stamp: Stamp;
  /** Of a checkpoint, by its note. */
  readonly checkpoint: (note: string) => Promise<CheckpointTimestamp>;
  /** The `.tsr` of a checkpoint that was stamped. */
  readonly kept: (object: string) => Promise<Uint8Array | undefined>;
  /** The failure, once there was one. */
  readonly failure: () => TimestampFailure | undefined;
}

/** Key of the timestamp of a checkpoint of so many entries. */
const checkpointTimestampKey = (size: number): string => `${checkpointKey(size)}.tsr`;

/** Key of the timestamp over anything else with this SHA-256. */
const timestampKey = (imprint: Uint8Array): string => `timestamps/${Buffer.from(imprint).toString('hex')}.tsr`;

/** A stamper for a store with an authority; undefined for one without. */
export function stamperOf({ objects, timestamps }: Store): Stamper | undefined {
  if (timestamps === undefined) return undefined;
  const { authority, rootsPem } = timestamps;
  const roots = rootsOf(rootsPem, 'trust/tsa.pem');
  let failure: TimestampFailure | undefined;

  async function read(key: string, imprint: Uint8Array): Promise<Uint8Array | undefined> {
    const stored = await objects.get(key);
    if (stored === undefined) return undefined;
    const token = tokenIn(stored.bytes);
    await verifyToken(token, { imprint, roots });
    return token;
  }

  /** The token under a key, which is there afterwards; undefined with a failure. What cannot be written throws. */
  async function at(key: string, imprint: Uint8Array): Promise<{ token: Uint8Array; kept: boolean } | undefined> {
    try {
      const kept = await read(key, imprint);
      if (kept !== undefined) return { token: kept, kept: true };
    } catch (thrown) {
      failure = failureOf(key, thrown);
      return undefined;
    }
    if (failure !== undefined) return undefined;
    const reply = await authority.stamp(imprint);
    if ('failure' in reply) {
      failure = reply.failure;
      return undefined;
    }
    if ((await objects.create(key, responseOf(reply.token))) === 'created') return { token: reply.token, kept: false };
    // Another process was faster; both must use the one that is kept.
    return at(key, imprint);
  }

  return {
    stamp: async (imprint) => (await at(timestampKey(imprint), imprint))?.token,
    async checkpoint(note) {
      const { text } = parseNote(Buffer.from(note));
      const object = checkpointTimestampKey(parseCheckpoint(text).size);
      const stamped = await at(object, sha256(text));
      if (stamped !== undefined) return { object, state: stamped.kept ? 'kept' : 'stamped' };
      return { object, state: 'failed', ...(failure === undefined ? {} : { failure }) };
    },
    kept: async (object) => (await objects.get(object))?.bytes,
    failure: () => failure,
  };
}

/**
 * Stamps the newest checkpoint, where the store has an authority and anything was ever sealed. A failure is
 * told, not thrown: what is sealed stays sealed, and the next run stamps a checkpoint that covers it too.
 */
export async function stampNewest(
  store: Store,
  stamper = stamperOf(store),
): Promise<{ readonly timestamp?: CheckpointTimestamp }> {
  const stored = stamper === undefined ? undefined : await store.objects.get(CHECKPOINT_KEY);
  if (stamper === undefined || stored === undefined) return {};
  return { timestamp: await stamper.checkpoint(Buffer.from(stored.bytes).toString('utf8')) };
}

const sha256 = (text: string): Uint8Array => hash('sha256', text, 'buffer');

/** A kept timestamp that does not hold is immutable, so it is told again on each run until it is looked into. */
function failureOf(key: string, thrown: unknown): TimestampFailure {
  if (!(thrown instanceof WitnessmarkError)) throw thrown;
  return { code: thrown.code, message: `${key}: ${messageOf(thrown)} (run \`witnessmark audit\`)` };
}
