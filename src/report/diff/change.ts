import type { Change, ChangeKind, DiffSide, Reference } from './types.ts';
import { KINDS } from './types.ts';

const NOTHING = {
  controls: [],
  source: null,
  strength: null,
  subject: null,
  account: null,
  region: null,
  before: null,
  after: null,
  notes: [],
  entries: [],
} as const;

/** A change of which only what applies is given. */
export const change = (kind: ChangeKind, parts: Partial<Omit<Change, 'kind'>>): Change => ({
  kind,
  ...NOTHING,
  ...parts,
});

/** Both sides of a comparison, with how entries are referred to. */
export interface Sides {
  readonly old: DiffSide;
  readonly new: DiffSide;
  /** References to entries that a report names, each once, in ascending order. */
  refs(report: Reference['report'], entries: readonly number[]): Reference[];
}

/**
 * In one ledger an index names the same entry in both reports, so the new pack's file is named where
 * it has one.
 */
export function sidesOf(old: DiffSide, now: DiffSide): Sides {
  const isOneLedger = old.report.ledger.origin === now.report.ledger.origin;
  const ref = (report: Reference['report'], entry: number): Reference => {
    const newest = report === 'new' || isOneLedger ? (now.fileOf?.(entry) ?? null) : null;
    if (newest !== null) return { report: 'new', entry, file: newest };
    return { report, entry, file: report === 'old' ? (old.fileOf?.(entry) ?? null) : null };
  };
  return {
    old,
    new: now,
    refs: (report, entries) => [...new Set(entries)].sort((a, b) => a - b).map((entry) => ref(report, entry)),
  };
}

const STRENGTHS = ['direct', 'partial', 'supporting', null] as const;
const weight = ({ strength }: Pick<Change, 'strength'>): number => STRENGTHS.indexOf(strength);

/**
 * Changes in the order of their kinds, those under the strongest sources first; what is the same under
 * several controls is one change that names them all.
 */
export function merged(changes: readonly Change[]): Change[] {
  const byContent = new Map<string, Change[]>();
  for (const it of changes) {
    const key = JSON.stringify({ ...it, controls: [], strength: null });
    const same = byContent.get(key);
    if (same) same.push(it);
    else byContent.set(key, [it]);
  }
  const all = [...byContent.values()].map(joined).sort((a, b) => weight(a) - weight(b));
  return (Object.keys(KINDS) as ChangeKind[]).flatMap((kind) => all.filter((it) => it.kind === kind));
}

function joined(same: readonly Change[]): Change {
  const [first] = same.toSorted((a, b) => weight(a) - weight(b)) as [Change, ...Change[]];
  return { ...first, controls: [...new Set(same.flatMap((it) => it.controls))] };
}

/** How many changes of each kind there are. */
export function countsOf(changes: readonly Change[]): Partial<Record<ChangeKind, number>> {
  const counts: Partial<Record<ChangeKind, number>> = {};
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** What two lists have in common and what only one has, by key, in the order of the new one; what is gone comes last. */
export function* paired<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (it: T) => string,
): Generator<readonly [before: T | undefined, after: T | undefined]> {
  const known = new Map(before.map((it) => [keyOf(it), it]));
  for (const it of after) {
    const key = keyOf(it);
    yield [known.get(key), it];
    known.delete(key);
  }
  for (const it of known.values()) yield [it, undefined];
}
