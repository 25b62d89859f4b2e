import type { MatchedEvent, TrailReading } from '../collect/cloudtrail/match-events.ts';
import { redact } from '../collect/redact.ts';
import { canonicalize, sha256Hex } from '../ledger/canonical.ts';
import { populationDigest } from '../ledger/population.ts';
import type { EventSelector } from '../model/check.ts';
import type { Body } from '../model/entry.ts';
import type { Evidence, Observation, Observations, Outcome } from '../model/evidence.ts';
import { zeroCounts } from '../model/evidence.ts';
import { planBody, runBody } from './run-bodies.ts';
import type { Store } from './store.ts';

type Meaning = Record<EventSelector['expect'], Outcome>;
/** What a matched event means under each expectation of a selector. */
const MATCHED: Meaning = { none: 'non_compliant', some: 'compliant', any: 'not_applicable' };
/** And what an event means that is not matched. */
const UNMATCHED: Meaning = { none: 'compliant', some: 'not_applicable', any: 'not_applicable' };

/** The most a stored record may take; a longer one is left out and its place in the file stands for it. */
const MAX_RECORD_CHARS = 256 * 1024;

interface Context {
  readonly store: Pick<Store, 'identity' | 'redactionSecret' | 'software'>;
  readonly run: string;
  readonly at: string;
  readonly catalogue: string;
  readonly selectors: readonly EventSelector[];
}

/** The bodies of one ingest, ready to be sealed: plan, evidence and observations per account, run. Pure. */
export function eventBodies(context: Context, reading: TrailReading, known: ReadonlySet<string>): Body[][] {
  const matched = reading.matched.filter((it) => !known.has(it.fileSha256));
  const places = [...reading.populations].map(([place, population]) => {
    const [account = '', day = ''] = place.split('\t');
    return { account, day, population };
  });
  const accounts = [...new Set(places.map((it) => it.account))].sort();
  const groups = accounts.map((account) =>
    accountBodies(
      context,
      account,
      places.filter((it) => it.account === account),
      matched.filter((it) => it.event.account === account),
    ),
  );
  const { store, run, at, catalogue } = context;
  const told = { run, at, mode: 'ingest' } as const;
  const files = reading.files.filter((it) => !known.has(it.sha256));
  return [
    [planBody(store, { ...told, via: 'files', tasks: [], catalogue })],
    ...groups,
    [runBody(store, { ...told, files })],
  ];
}

function accountBodies(
  context: Context,
  account: string,
  places: readonly { day: string; population: number }[],
  matched: readonly MatchedEvent[],
): Body[] {
  const evidence = matched.map((it) => evidenceBody(context, it));
  const byDay = Map.groupBy(evidence, (it) => `${it.source} ${it.event?.eventTime.slice(0, 10)}`);
  const observations = [...places]
    .sort((a, b) => (a.day < b.day ? -1 : 1))
    .flatMap(({ day, population }) =>
      context.selectors.map((selector) => observationOf({ selector, day, population, byDay })),
    );
  const id = context.store.identity.id('observations', context.run, account, 'global', 'cloudtrail-events');
  const body: Observations = {
    v: 1,
    kind: 'observations',
    id,
    run: context.run,
    at: context.at,
    account,
    region: 'global',
    service: 'cloudtrail-events',
    observations,
    retrievals: null,
    calls: 0,
    salt: context.store.identity.salt(id),
  };
  return [...evidence, body];
}

interface Observed {
  readonly selector: EventSelector;
  readonly day: string;
  readonly population: number;
  /** `source day` → evidence. */
  readonly byDay: ReadonlyMap<string, readonly Evidence[]>;
}

function observationOf({ selector, day, population, byDay }: Observed): Observation {
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
    complete: true,
  };
}

function evidenceBody(context: Context, { selector, event, file, fileSha256, index, problem }: MatchedEvent): Evidence {
  const { eventID, eventTime, eventName, eventSource, actor, account, region } = event;
  const { expect = 'any', match = '', title = selector } = context.selectors.find((it) => it.name === selector) ?? {};
  const id = context.store.identity.id('event', context.run, selector, eventID);
  const { value } = redact(event.record, { secret: context.store.redactionSecret });
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
    reason: problem ?? `${title}: ${eventName} by ${actor} at ${eventTime}`,
    change: 'event',
    facts: {},
    failures: {},
    judgement: { sha256: sha256Hex(canonicalize([match, expect])), expect: match, params: {} },
    event: { eventID, eventTime, eventName, eventSource, actor, file, fileSha256, record: index },
    ...(canonicalize(value).length <= MAX_RECORD_CHARS ? { record: value } : {}),
    retrievals: [],
    previous: null,
    salt: context.store.identity.salt(id),
  };
}
