import { canonicalize } from '../ledger/canonical.ts';
import { Alert } from '../model/alert.ts';
import { WitnessmarkError } from '../model/error.ts';
import type { Objects } from '../ports/objects.ts';

/** No object of an alert is larger: its record is bounded, and the rest is short. */
const MAX_BYTES = 4 * 1024 * 1024;

const alertKey = (id: string): string => `alerts/${id}.json`;
const toldKey = (id: string): string => `alerts/${id}.told.json`;

/** The alert as everybody has it from now on, and whether that is what was given. */
export interface KeptAlert {
  readonly alert: Alert;
  readonly isNew: boolean;
}

/**
 * Fixes the bytes of an alert: the first delivery of an event decides, and every later one goes on with what is there.
 * Throws `watch-alert-altered` where that is no alert of the same event.
 */
export async function keepAlert(objects: Objects, alert: Alert): Promise<KeptAlert> {
  const key = alertKey(alert.id);
  if ((await objects.create(key, Buffer.from(canonicalize(alert)))) === 'created') return { alert, isNew: true };
  const stored = await objects.get(key);
  const found = stored === undefined ? undefined : alertIn(stored.bytes);
  if (found !== undefined && isSame(found, alert)) return { alert: found, isNew: false };
  throw new WitnessmarkError('watch-alert-altered', `${key} is not what was written there`, {
    hint: 'somebody has changed or hidden it: keep every version of it and run `witnessmark audit`',
  });
}

function alertIn(bytes: Uint8Array): Alert | undefined {
  if (bytes.byteLength > MAX_BYTES) return undefined;
  try {
    const parsed = Alert.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success && Buffer.from(canonicalize(parsed.data)).equals(bytes) ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The salt follows from the id with the deployment's secret, so that nobody else can have made one. */
const isSame = (a: Alert, b: Alert): boolean =>
  a.id === b.id && a.salt === b.salt && a.selector === b.selector && a.event.eventID === b.event.eventID;

/** Whether people were told, as far as it was marked. */
export const isTold = async (objects: Objects, id: string): Promise<boolean> =>
  (await objects.get(toldKey(id))) !== undefined;

/** Marks that people were told; the first mark stays. */
export async function markTold(objects: Objects, id: string, at: string): Promise<void> {
  await objects.create(toldKey(id), Buffer.from(canonicalize({ v: 1, alert: id, at })));
}
