import { sha256Hex } from '../../ledger/canonical.ts';
import type { Inventory, StoredItem } from '../../ports/inventory.ts';
import type { Span } from './measured.ts';

/** Objects and bytes. */
export interface Amount {
  readonly objects: number;
  readonly bytes: number;
}

/** What one pass over the list of a store gives, however large the store is. */
export interface Survey {
  readonly total: Amount;
  /** When the oldest object that is listed was written; empty where there is none. */
  readonly oldest: string;
  /** Day → what was written on it and is still there; days of the window only. */
  readonly added: ReadonlyMap<string, Amount>;
  /** When entries were put in order: the first index of each batch of the window, ascending. */
  readonly batches: readonly { readonly start: number; readonly storedAt: string }[];
  /** Objects that have to be kept: chosen by hash, and the newest. */
  readonly sample: readonly StoredItem[];
}

/** What is created once and never replaced. Only `checkpoint` and working files (`staging/`, `health/`) are not kept. */
export const KEPT = /^(batch|tile|checkpoints|cosignatures|evidence|retrievals|attachments|trust)\//;

const BY_HASH = 64;
const NEWEST = 32;
/** A batch a second for more than a day. */
const MOST_BATCHES = 100_000;
const BATCH = /^batch\/(\d{16})$/;

/** Goes through the whole list once. The same store and day give the same sample; another day another one. */
export async function survey(inventory: Inventory, span: Span): Promise<Survey> {
  const total = { objects: 0, bytes: 0 };
  let oldest = '';
  const added = new Map<string, Amount>();
  const batches: { start: number; storedAt: string }[] = [];
  const byHash = smallest<StoredItem>(BY_HASH, ({ key }) => sha256Hex(`${span.to.slice(0, 10)}\n${key}`));
  const newest = smallest<StoredItem>(NEWEST, ({ storedAt, key }) => `${inverted(storedAt)}\n${key}`);
  for await (const item of inventory.list()) {
    total.objects += 1;
    total.bytes += item.bytes;
    if (oldest === '' || item.storedAt < oldest) oldest = item.storedAt;
    const isNew = item.storedAt >= span.from;
    if (isNew) addTo(added, item);
    const [, start] = BATCH.exec(item.key) ?? [];
    if (isNew && start !== undefined && batches.length < MOST_BATCHES)
      batches.push({ start: Number(start), storedAt: item.storedAt });
    if (!KEPT.test(item.key)) continue;
    byHash.add(item);
    newest.add(item);
  }
  const sample = new Map([...byHash.items(), ...newest.items()].map((it) => [it.key, it]));
  return { total, oldest, added, batches, sample: [...sample.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) };
}

/** When the entry was put in order, as far as the survey has seen its batch. */
export function storedAt({ batches }: Pick<Survey, 'batches'>, index: number): string | undefined {
  let [low, high] = [0, batches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((batches[middle]?.start ?? 0) <= index) low = middle + 1;
    else high = middle;
  }
  return batches[low - 1]?.storedAt;
}

function addTo(days: Map<string, Amount>, { storedAt: at, bytes }: StoredItem): void {
  const day = at.slice(0, 10);
  const { objects, bytes: before } = days.get(day) ?? { objects: 0, bytes: 0 };
  days.set(day, { objects: objects + 1, bytes: before + bytes });
}

/** A timestamp whose order as text is the other way round. */
const inverted = (timestamp: string): string => timestamp.replaceAll(/\d/g, (digit) => String(9 - Number(digit)));

/** Keeps the items with the smallest names; every so often the others are let go. */
function smallest<T>(count: number, nameOf: (item: T) => string): { add(item: T): void; items(): T[] } {
  let kept: { name: string; item: T }[] = [];
  let bound: string | undefined;
  const shrink = () => {
    kept = kept.sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, count);
    if (kept.length === count) bound = kept.at(-1)?.name;
  };
  return {
    add(item) {
      const name = nameOf(item);
      if (bound !== undefined && name >= bound) return;
      kept.push({ name, item });
      if (kept.length >= 4 * count) shrink();
    },
    items() {
      shrink();
      return kept.map((it) => it.item);
    },
  };
}
