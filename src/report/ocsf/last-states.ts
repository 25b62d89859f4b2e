import { hash } from 'node:crypto';
import type { EvidenceItem } from '../../model/report.ts';
import type { EvidenceItems } from '../format.ts';

/** Positions of the items, from 0, that say how something stood at the end of the period. */
export interface LastStates {
  has(position: number): boolean;
}

/**
 * Of each subject under each source the newest state, unless that says that the subject is gone; of
 * each event the first, since overlapping trails deliver it again. Recordings can be judged again later,
 * so the newest is by time, and by place in the ledger where two are of one time. Holds some 90 bytes for
 * each subject while it reads, and one bit for each item afterwards.
 */
export async function lastStates(evidence: EvidenceItems): Promise<LastStates> {
  const newest = new Map<string, number>();
  const gone = new Set<number>();
  const times: number[] = [];
  for await (const item of evidence) {
    const position = times.push(Date.parse(item.at)) - 1;
    const key = digestOf(item);
    const known = newest.get(key);
    const isOlder = known !== undefined && (times[position] ?? 0) < (times[known] ?? 0);
    if (isOlder || (known !== undefined && item.change === 'event')) continue;
    newest.set(key, position);
    if (item.change === 'absent') gone.add(position);
  }
  for (const [key, position] of newest) if (gone.has(position)) newest.delete(key);
  return bits(newest.values(), times.length);
}

/** Names the subject of an item; region and account cannot hold a tab, so no two subjects share it. */
export const placeKey = (it: { account: string; region: string; subject: string }): string =>
  `${it.account}\t${it.region}\t${it.subject}`;

/** Half a digest, because a million long names would not fit where a million of these do; 128 bits tell all of them apart. */
const digestOf = (item: EvidenceItem): string =>
  hash('sha256', `${item.source}\t${placeKey(item)}`, 'buffer').toString('latin1', 0, 16);

function bits(positions: Iterable<number>, size: number): LastStates {
  const bytes = new Uint8Array(Math.ceil(size / 8));
  for (const at of positions) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
  return { has: (at) => ((bytes[at >> 3] ?? 0) & (1 << (at & 7))) !== 0 };
}
