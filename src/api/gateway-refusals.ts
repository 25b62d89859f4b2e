import { type Access, accessBody } from '../app/access-log.ts';
import { sealEach } from '../app/seal.ts';
import type { Store } from '../app/store.ts';
import { WitnessmarkError } from '../model/error.ts';
import { refusedAccess } from './gateway-line.ts';

/** A line of the gateway's access log, and when it was written, in milliseconds since 1970. */
export interface GatewayLine {
  readonly timestamp: number;
  readonly message: string;
}

/** What became of some lines. */
export interface RecordedRefusals {
  readonly lines: number;
  /** Requests that the gateway refused, each once. */
  readonly refused: number;
  /** Those that have an entry; the last of them counts the others. */
  readonly recorded: number;
}

/** Entries that one delivery makes at most, however many were refused. */
const MOST_ENTRIES = 10;

/**
 * Seals whom the gateway refused. What is written follows from the lines alone, their times included, so that a
 * delivery that comes again, or is tried again, adds nothing. Of many there are entries for the first nine and the last,
 * which counts those between: strangers must not fill the ledger. Throws `gateway-lines-unreadable` where lines could not
 * be read, once the others are sealed.
 */
export async function recordRefusals(store: Store, lines: readonly GatewayLine[]): Promise<RecordedRefusals> {
  const { refused, unreadable } = sorted(lines);
  const kept = fewOf(refused);
  if (kept.length > 0) {
    await sealEach(
      store,
      kept.map(({ at, access }) => accessBody(store, access, at)),
    );
  }
  if (unreadable === 0) return { lines: lines.length, refused: refused.length, recorded: kept.length };
  throw new WitnessmarkError(
    'gateway-lines-unreadable',
    `${unreadable} of ${lines.length} lines of the gateway's access log are not as serverless.yml writes them`,
    { hint: 'look at the log group of the HTTP API; the other lines were recorded' },
  );
}

interface Refused {
  readonly at: string;
  readonly access: Access;
}

function sorted(lines: readonly GatewayLine[]): { refused: readonly Refused[]; unreadable: number } {
  const refused = new Map<string, Refused>();
  let unreadable = 0;
  for (const { timestamp, message } of lines) {
    const access = refusedAccess(message);
    if (access === undefined) unreadable += 1;
    else if (access !== null && !refused.has(access.requestId))
      refused.set(access.requestId, { at: new Date(timestamp).toISOString(), access });
  }
  return { refused: [...refused.values()], unreadable };
}

function fewOf(refused: readonly Refused[]): readonly Refused[] {
  const last = refused.at(-1);
  const omitted = refused.length - MOST_ENTRIES;
  if (last === undefined || omitted <= 0) return refused;
  return [...refused.slice(0, MOST_ENTRIES - 1), { at: last.at, access: { ...last.access, omitted } }];
}
