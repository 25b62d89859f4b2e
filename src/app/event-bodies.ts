import type { FileReading, MatchedEvent } from '../collect/cloudtrail/match-events.ts';
import type { Place } from '../collect/cloudtrail/place.ts';
import type { Tally } from '../collect/cloudtrail/seen-events.ts';
import { emptyTally, populationOf } from '../collect/cloudtrail/seen-events.ts';
import { readable } from '../collect/cloudtrail/trail-record.ts';
import { redact } from '../collect/redact.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { populationDigest } from '../ledger/population.ts';
import type { EventSelector } from '../model/check.ts';
import type { Body } from '../model/entry.ts';
import type { Evidence, Observation, Observations, Outcome } from '../model/evidence.ts';
import { zeroCounts } from '../model/evidence.ts';
import type { Failure, Retrieval, RetrievalRef } from '../model/retrieval.ts';
import type { FailedTask, LookedAt, Task } from '../model/run.ts';
import type { CountedEvents } from './event-memory.ts';
import { countedEvents, EVENTS_SERVICE } from './event-memory.ts';
import type { AccountDay } from './ingest-days.ts';
import { planBody, runBody } from './run-bodies.ts';
import { keptRecord } from './storable-record.ts';
import type { Store } from './store.ts';

type Meaning = Record<EventSelector['expect'], Outcome>;
/** What a matched event means under each expectation of a selector. */
const MATCHED: Meaning = { none: 'non_compliant', some: 'compliant', any: 'not_applicable' };
/** And what an event means that is not matched. */
const UNMATCHED: Meaning = { none: 'compliant', some: 'not_applicable', any: 'not_applicable' };

interface Context {
  readonly store: Pick<Store, 'identity' | 'redactionSecret' | 'software'>;
  readonly run: string;
  readonly at: string;
  readonly catalogue: string;
  readonly selectors: readonly EventSelector[];
  readonly via: 'files' | 'lookup';
  /** Why the events of a selector were not all looked at on a day; undefined where they were. */
  readonly failureOf: (at: AccountDay, selector: string) => Failure | undefined;
  /** The stored object of the recorded calls; null where there were none. */
  readonly retrievals: string | null;
}

/** What one run of an ingest seals. */
export interface EventBodies {
  readonly plan: Body;
  /** Of each account. */
  readonly evidence: readonly (readonly Body[])[];
  /** To be sealed in one batch: what was counted, and in which files. */
  readonly counts: readonly Body[];
  /** Objects beside the ledger, to be written before. */
  readonly counted: readonly CountedEvents[];
}

/** What a run read and counted. */
export interface Counted {
  readonly readings: readonly FileReading[];
  readonly tallies: ReadonlyMap<Place, Tally>;
  /** Days that are observed even where no event was counted on them. */
  readonly due: readonly AccountDay[];
  readonly failed: readonly FailedTask[];
  readonly looked: readonly LookedAt[];
  /** Every call that was made, in the order of the lines of `retrievals`. */
  readonly calls: readonly Retrieval[];
}

/** The bodies of one run: plan, evidence and observations per account, run. Pure. */
export function eventBodies(context: Context, counted: Counted): EventBodies {
  const { store, run, at, catalogue, via } = context;
  const { readings, tallies, failed, looked, calls } = counted;
  const told = { run, at, mode: 'ingest' } as const;
  const matched = Map.groupBy(
    readings.flatMap((it) => it.matched),
    (it) => it.event.account,
  );
  const lines = new Map(calls.map((call, index) => [call, index + 1]));
  const accounts = [...daysByAccount(tallies, counted.due)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const groups = accounts.map(([account, days]) =>
    accountBodies(context, { account, days, matched: matched.get(account) ?? [], lines }),
  );
  const tasks = tasksOf(counted);
  const end = {
    expected: tasks.length,
    collected: tasks.length - failed.length,
    failed: [...failed],
    calls: calls.length,
    throttles: calls.filter((it) => it.error?.kind === 'throttled').length,
    files: readings.map((it) => it.file),
    ...(looked.length === 0 ? {} : { looked: [...looked] }),
  };
  return {
    plan: planBody(store, { ...told, via, tasks, catalogue }),
    evidence: groups.map((it) => it.evidence),
    counts: [...groups.map((it) => it.body), runBody(store, { ...told, ...end })],
    counted: groups.map((it) => it.counted),
  };
}

/** Where it looked, whether or not it could read everything there; nothing for files that were handed over. */
function tasksOf({ failed, looked }: Counted): Task[] {
  const tasks = [...failed, ...looked].map(({ account, region }) => ({ account, region, service: EVENTS_SERVICE }));
  return [...new Map(tasks.map((it) => [`${it.account} ${it.region}`, it])).entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, it]) => it);
}

/** Account → day → events. */
function daysByAccount(
  tallies: ReadonlyMap<Place, Tally>,
  due: readonly AccountDay[],
): Map<string, Map<string, Tally>> {
  const byAccount = new Map<string, Map<string, Tally>>();
  const counted = [...tallies].filter(([, tally]) => populationOf(tally) > 0);
  for (const [{ account, day }, tally] of [...due.map((it) => [it, NOTHING] as const), ...counted]) {
    const days = byAccount.get(account) ?? new Map<string, Tally>();
    byAccount.set(account, days.set(day, tally));
  }
  return byAccount;
}

const NOTHING = emptyTally();

interface OfAccount {
  readonly account: string;
  readonly days: ReadonlyMap<string, Tally>;
  readonly matched: readonly MatchedEvent[];
  /** Lines of the recorded calls, from 1. */
  readonly lines: ReadonlyMap<Retrieval, number>;
}

function accountBodies(context: Context, { account, days, matched, lines }: OfAccount) {
  const evidence = matched.map((it) => evidenceBody(context, it, refsOf(context, it, lines)));
  const byDay = Map.groupBy(evidence, (it) => `${it.source} ${it.event?.eventTime.slice(0, 10)}`);
  const observations = [...days]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, tally]) =>
      context.selectors.map((selector) =>
        observationOf({
          selector,
          day,
          population: populationOf(tally),
          byDay,
          failure: context.failureOf({ account, day }, selector.name),
        }),
      ),
    );
  const counted = countedEvents(context.store, context.run, account, days);
  const body: Observations = {
    v: 1,
    kind: 'observations',
    id: counted.id,
    run: context.run,
    at: context.at,
    account,
    region: 'global',
    service: EVENTS_SERVICE,
    observations,
    retrievals: context.retrievals,
    calls: context.retrievals === null ? 0 : lines.size,
    salt: context.store.identity.salt(counted.id),
  };
  return { evidence, body, counted };
}

interface Observed {
  readonly selector: EventSelector;
  readonly day: string;
  readonly population: number;
  /** `source day` → evidence. */
  readonly byDay: ReadonlyMap<string, readonly Evidence[]>;
  readonly failure: Failure | undefined;
}

function observationOf({ selector, day, population, byDay, failure }: Observed): Observation {
  const source = `cloudtrail:${selector.name}`;
  const found = byDay.get(`${source} ${day}`) ?? [];
  const counts = zeroCounts();
  for (const { outcome } of found) counts[outcome] += 1;
  counts[UNMATCHED[selector.expect]] += population - found.length;
  return {
    source,
    resourceType: 'AWS::CloudTrail::Event',
    day,
    population,
    counts,
    digest: populationDigest(found.map((it) => [it.subject, sha256Hex(canonicalize(it))])),
    complete: failure === undefined,
    ...(failure === undefined ? {} : { failure }),
  };
}

/** The recorded answer that an event came in; a delivered file is named in `event` instead. */
function refsOf(
  { retrievals }: Context,
  { answer }: MatchedEvent,
  lines: ReadonlyMap<Retrieval, number>,
): RetrievalRef[] {
  const line = answer === undefined ? undefined : lines.get(answer);
  if (answer === undefined || line === undefined || retrievals === null) return [];
  return [{ operation: `${answer.service}:${answer.operation}`, object: retrievals, line, sha256: answer.sha256 }];
}

function evidenceBody(
  context: Context,
  { selector, event, file, fileSha256, index, problem }: MatchedEvent,
  retrievals: RetrievalRef[],
): Evidence {
  const { eventID, eventTime, eventName, eventSource, account, region } = event;
  // Whoever assumes a role chooses the name of the session, and a name may hold anything.
  const actor = String(redact(event.actor, { secret: context.store.redactionSecret }).value);
  const { expect = 'any', match = '', title = selector } = context.selectors.find((it) => it.name === selector) ?? {};
  const id = context.store.identity.id('event', context.run, selector, eventID);
  const { record, leftOut } = keptRecord(event.record, context.store.redactionSecret);
  const aside = leftOut === undefined ? '' : `; the record is not kept here: ${leftOut}`;
  return {
    v: 1,
    kind: 'evidence',
    id,
    run: context.run,
    at: context.at,
    source: `cloudtrail:${selector}`,
    subject: `event:${eventID}`,
    resourceType: 'AWS::CloudTrail::Event',
    name: `${eventName} by ${actor}`,
    account,
    region: 'global',
    ...(/^[a-z]{2}(-[a-z]+)+-\d+$/.test(region) ? { location: region } : {}),
    outcome: problem === undefined ? MATCHED[expect] : 'inconclusive',
    reason: `${problem === undefined ? `${title}: ${eventName} by ${actor} at ${eventTime}` : readable(problem)}${aside}`,
    change: 'event',
    facts: {},
    failures: {},
    judgement: { sha256: sha256Hex(canonicalize([match, expect])), expect: match, params: {} },
    event: { eventID, eventTime, eventName, eventSource, actor, file, fileSha256, record: index },
    ...(record === undefined ? {} : { record }),
    retrievals,
    previous: null,
    salt: context.store.identity.salt(id),
  };
}
