import { messageOf } from '../../model/error.ts';
import { sha256Hex } from '../canonical.ts';
import { parseNote } from '../note.ts';
import { type AuditedStore, inParallel } from './store.ts';

/** Throws where a kept timestamp (`.tsr`) does not hold, or is not one over this SHA-256. */
export type TimestampCheck = (response: Uint8Array, imprint: Uint8Array) => Promise<void>;

/** Where the timestamps of checkpoints stand, beside what they are about. */
const CHECKPOINTS = 'checkpoints/';
const SUFFIX = '.tsr';
/** Those of anything else are named by the SHA-256 of what they are about. */
const OTHERS = 'timestamps/';
const NAMED = /^timestamps\/([0-9a-f]{64})\.tsr$/;

/** Whether an object under `checkpoints/` is a timestamp and no checkpoint. */
export const isTimestamp = (key: string): boolean => key.endsWith(SUFFIX);

/** Checks every kept timestamp, and gives how many there are. What is stamped and what is not says nothing. */
export async function auditTimestamps(store: AuditedStore, check: TimestampCheck | undefined): Promise<number> {
  const ofCheckpoints = (await store.list(CHECKPOINTS)).filter(isTimestamp);
  const keys = [...ofCheckpoints, ...(await store.list(OTHERS))];
  const [first] = keys;
  if (first === undefined) return 0;
  if (check === undefined) {
    const message = `${keys.length} timestamps were not checked: no certificates of an authority are given`;
    store.report.warning('ledger-timestamp-unchecked', first, message);
    return keys.length;
  }
  await inParallel(keys, async (key) => {
    const imprint = await imprintOf(store, key);
    const response = await store.read(key, 'ledger-timestamp-missing');
    if (imprint === undefined || response === undefined) return;
    try {
      await check(response, imprint);
    } catch (thrown) {
      store.report.error('ledger-timestamp-invalid', key, `${key}: ${messageOf(thrown)}`);
    }
  });
  return keys.length;
}

/** SHA-256 of what a timestamp must be about: the text of its checkpoint, without signatures, or what its name says. */
async function imprintOf(store: AuditedStore, key: string): Promise<Uint8Array | undefined> {
  if (!key.startsWith(CHECKPOINTS)) {
    const [, name] = NAMED.exec(key) ?? [];
    if (name === undefined) store.report.error('ledger-object-unexpected', key, `${key} is no name of a timestamp`);
    return name === undefined ? undefined : Buffer.from(name, 'hex');
  }
  const note = await store.read(key.slice(0, -SUFFIX.length), 'ledger-checkpoint-missing');
  try {
    return note === undefined ? undefined : Buffer.from(sha256Hex(Buffer.from(parseNote(note).text)), 'hex');
  } catch {
    // That it is no note is told where checkpoints are looked at.
    return undefined;
  }
}
