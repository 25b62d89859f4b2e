import type { Outcome } from '../model/evidence.ts';
import { populationSubject } from '../model/evidence.ts';
import type { EvidenceRow } from '../ports/evidence-index.ts';
import { syncIndex } from './replay.ts';
import type { Store } from './store.ts';

export interface StateFilter {
  readonly source?: string | undefined;
  readonly outcome?: Outcome | undefined;
  /** Ends in `*` to match a beginning. */
  readonly subject?: string | undefined;
  readonly account?: string | undefined;
  /** Timestamp; now where left out. */
  readonly at?: string | undefined;
}

/** One subject's state under one source. */
export interface ListedState {
  readonly source: string;
  readonly subject: string;
  readonly resourceType: string;
  readonly account: string;
  readonly region: string;
  readonly outcome: Outcome;
  readonly reason: string;
  /** Since when the outcome is this. */
  readonly since: string;
  /** The newest observation that covered it. */
  readonly lastObserved: string;
  /** Ledger index and body hash of the evidence. */
  readonly entry: number;
  readonly hash: string;
}

/** Every subject's state at a time, each matched event on its own, in order of source and subject. */
export async function listEvidence(store: Store, filter: StateFilter): Promise<ListedState[]> {
  await syncIndex(store);
  const to = filter.at === undefined ? {} : { to: filter.at };
  const states = new Map<string, { row: EvidenceRow; since: string }>();
  const query = {
    ...(filter.source ? { source: filter.source } : {}),
    ...(filter.account ? { account: filter.account } : {}),
    ...to,
  };
  for await (const row of store.index.evidence(query)) {
    const { evidence } = row;
    const key = `${evidence.source}\t${evidence.account}\t${evidence.region}\t${evidence.subject}`;
    const before = states.get(key);
    if (evidence.change === 'absent') states.delete(key);
    else
      states.set(key, {
        row,
        since: before && before.row.evidence.outcome === evidence.outcome ? before.since : evidence.at,
      });
  }
  const observed = new Map<string, string>();
  for await (const { observation, account, region, at } of store.index.observations(to)) {
    // A population that could not be listed covers nobody but the subject that says so.
    observed.set(`${observation.source}\t${account}\t${region}\t${observation.complete}`, at);
  }
  return [...states]
    .filter(([, { row }]) => matches(row.evidence, filter))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { row, since }]) => listed(row, since, observed));
}

function matches({ outcome, subject }: EvidenceRow['evidence'], filter: StateFilter): boolean {
  if (filter.outcome !== undefined && outcome !== filter.outcome) return false;
  if (filter.subject === undefined) return true;
  return filter.subject.endsWith('*') ? subject.startsWith(filter.subject.slice(0, -1)) : subject === filter.subject;
}

function listed(
  { index, hash, evidence }: EvidenceRow,
  since: string,
  observed: ReadonlyMap<string, string>,
): ListedState {
  const { source, subject, resourceType, account, region, outcome, reason, at } = evidence;
  const isListed = subject !== populationSubject(resourceType);
  const lastObserved = observed.get(`${source}\t${account}\t${region}\t${isListed}`) ?? at;
  return { source, subject, resourceType, account, region, outcome, reason, since, lastObserved, entry: index, hash };
}
