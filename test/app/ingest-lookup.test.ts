import { describe, expect, it } from 'vitest';
import { ingest } from '../../src/app/ingest.ts';
import { askedOf, lookupOf } from '../../src/app/lookup.ts';
import { readLines } from '../../src/app/objects.ts';
import type { Store } from '../../src/app/store.ts';
import type { CatalogueEvent } from '../../src/catalog/catalogue.ts';
import { compileSelector } from '../../src/evaluate/event.ts';
import type { EventSelector } from '../../src/model/check.ts';
import type { CallError } from '../../src/model/retrieval.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import { eventHistory } from '../collect/cloudtrail/event-history.ts';
import { ACCOUNT, CATALOGUE } from './demo.ts';
import { answersOf, auditOf, emptyDisk, storeOf } from './store-of.ts';

const EU = 'eu-west-1';
const US = 'us-east-1';
const selector = (name: string, match: string): EventSelector => ({
  name,
  title: `What ${name} stands for`,
  match,
  expect: 'any',
  remediation: 'Look at each of them.',
  references: [],
  examples: [],
});
const [{ place }] = [...CATALOGUE.events.values()] as [CatalogueEvent];
const catalogueOf = (...selectors: EventSelector[]) => ({
  ...CATALOGUE,
  events: new Map(selectors.map((it) => [it.name, { selector: it, compiled: compileSelector(it), file: 'f', place }])),
});
const ROOT = selector(
  'root-activity',
  'has(event.userIdentity) && event.userIdentity.type == "Root" && event.eventType != "AwsServiceEvent"',
);
const TRAILS = selector(
  'trail-stopped',
  'event.eventSource == "cloudtrail.amazonaws.com" && event.eventName in ["StopLogging", "DeleteTrail"]',
);
const REFUSED = selector('call-refused', 'has(event.errorCode) && event.errorCode.contains("AccessDenied")');
const OBJECTS = selector('object-read', 'event.eventName == "GetObject"');
const SELECTORS = catalogueOf(ROOT, TRAILS, REFUSED, OBJECTS);

const event = (eventID: string, day: string, more: object = {}) => ({
  eventVersion: '1.08',
  eventID,
  eventTime: `${day}T08:00:00Z`,
  eventName: 'StopLogging',
  eventType: 'AwsApiCall',
  eventSource: 'cloudtrail.amazonaws.com',
  awsRegion: EU,
  recipientAccountId: ACCOUNT,
  userIdentity: { type: 'IAMUser', userName: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob`, accountId: ACCOUNT },
  requestParameters: { password: 'correct horse battery staple' },
  ...more,
});
const root = { userIdentity: { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT } };
const EVENTS = [
  event('e1', '2026-07-20'),
  event('e2', '2026-10-02'),
  event('e3', '2026-10-02', { eventName: 'DeleteTrail', awsRegion: US, ...root }),
  event('e4', '2026-10-03', { eventName: 'ListBuckets', eventSource: 's3.amazonaws.com', ...root }),
  event('e5', '2026-10-03', { eventName: 'ListBuckets', eventSource: 's3.amazonaws.com' }),
];

const look = (
  store: Store,
  cloud: Cloud,
  { at = '2026-10-04T00:00:00.000Z', catalogue = SELECTORS, isOver = (): boolean => false } = {},
) => ingest(store, { ...lookupOf(store, { cloud, accounts: [ACCOUNT], regions: [EU, US], catalogue }), at, isOver });

/** `source day` → whether the newest observation calls it whole. */
async function wholeDays(store: Store): Promise<Map<string, boolean>> {
  const { observations } = await answersOf(store);
  return new Map(observations.map(({ observation: it }) => [`${it.source} ${it.day}`, it.complete]));
}

describe('what the event history is asked', () => {
  it('is what the selectors can match, by the attribute that finds the fewest', () => {
    const { attributes, unsupported } = askedOf(SELECTORS);
    expect(attributes.map((it) => `${it.AttributeKey}=${it.AttributeValue}`)).toEqual([
      'EventName=DeleteTrail',
      'EventName=GetObject',
      'EventName=StopLogging',
      'Username=root',
    ]);
    expect([...unsupported.keys()]).toEqual(['call-refused', 'object-read']);
    expect(unsupported.get('object-read')?.message).toContain('data events');
  });

  it('knows alternatives, and sources where there is no name', () => {
    const lookups = (match: string) => compileSelector(selector('any-name', match)).lookups;
    expect(lookups('event.eventName == "A" || event.userIdentity.type == "Root"')).toHaveLength(2);
    expect(lookups('event.eventName == "A" || event.errorCode == "B"')).toBeUndefined();
    expect(lookups('event.eventName == "A" && !(event.errorCode == "B")')).toHaveLength(1);
    expect(lookups('event.eventSource == "kms.amazonaws.com"')).toEqual([
      { AttributeKey: 'EventSource', AttributeValue: 'kms.amazonaws.com' },
    ]);
    expect(lookups('event.userIdentity.type == "IAMUser"')).toBeUndefined();
    expect(lookups('!(event.eventName == "A")')).toBeUndefined();
  });
});

describe('an ingest from the event history', () => {
  it('makes evidence that names the recorded answer and no delivered file', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    const result = await look(store, eventHistory(EVENTS));
    expect(result).toMatchObject({ events: 4, duplicates: 1, matched: 4, failures: [], more: false });
    const { evidence, bodies } = await answersOf(store);
    expect(evidence.map(({ evidence: it }) => `${it.source} ${it.subject}`).sort()).toEqual([
      'cloudtrail:root-activity event:e3',
      'cloudtrail:root-activity event:e4',
      'cloudtrail:trail-stopped event:e1',
      'cloudtrail:trail-stopped event:e2',
      'cloudtrail:trail-stopped event:e3',
    ]);
    for (const { evidence: it } of evidence) {
      const [ref] = it.retrievals;
      expect(it.event?.file).toMatch(/^cloudtrail:LookupEvents\/111122223333\//);
      expect(it.event?.fileSha256).toBe(ref?.sha256);
      const line = (await readLines(store.objects, 'retrievals', ref?.object ?? ''))[(ref?.line ?? 0) - 1];
      const call = JSON.parse(line ?? '{}');
      const record = JSON.parse(call.answer.Events[it.event?.record ?? -1].CloudTrailEvent);
      expect(`event:${record.eventID}`).toBe(it.subject);
      expect(line).not.toContain('battery');
    }
    expect(bodies[0]?.map(({ body }) => body)).toMatchObject([{ via: 'lookup' }, { via: 'lookup' }, { via: 'lookup' }]);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('observes every day that it looked at, and calls none whole for a selector that it cannot ask for', async () => {
    const store = storeOf();
    await look(store, eventHistory(EVENTS));
    const days = await wholeDays(store);
    expect(days.get('cloudtrail:trail-stopped 2026-07-07')).toBe(true);
    expect(days.get('cloudtrail:trail-stopped 2026-09-15')).toBe(true);
    expect(days.get('cloudtrail:root-activity 2026-10-04')).toBe(undefined);
    expect(days.get('cloudtrail:call-refused 2026-10-02')).toBe(false);
    expect(days.get('cloudtrail:object-read 2026-10-02')).toBe(false);
    expect(days.size).toBe(4 * 89);
  });

  it('asks an account and region no more than twice a second', async () => {
    const cloud = eventHistory(EVENTS, { page: 1 });
    const store = storeOf();
    await ingest(store, {
      ...lookupOf(store, { cloud, accounts: [ACCOUNT], regions: [EU], catalogue: SELECTORS }),
      at: '2026-10-04T00:00:00.000Z',
    });
    // Each call takes a tenth of a second, so that four are waited for after it.
    expect(cloud.pauses).toEqual(cloud.calls.slice(1).map(() => 400));
    expect(cloud.calls[0]?.input).toMatchObject({ MaxResults: 50, LookupAttributes: [expect.anything()] });
  });

  it('goes on where it ended, with an hour of overlap, and counts nothing twice', async () => {
    const store = storeOf();
    await look(store, eventHistory(EVENTS));
    const cloud = eventHistory([
      ...EVENTS,
      event('e6', '2026-10-04'),
      event('late', '2026-10-03', { eventTime: '2026-10-03T23:30:00Z' }),
    ]);
    expect(await look(store, cloud, { at: '2026-10-04T12:00:00.000Z' })).toMatchObject({ events: 2 });
    expect(new Set(cloud.calls.map(({ input }) => input.StartTime))).toEqual(new Set(['2026-10-03T23:00:00.000Z']));
    expect(await look(store, cloud, { at: '2026-10-04T12:00:01.000Z' })).toMatchObject({ runs: [], entries: 0 });
  });

  it('ends early and goes on in the stretch that it did not finish', async () => {
    const disk = emptyDisk();
    let left = 8 + 3;
    const first = await look(storeOf(disk), eventHistory(EVENTS), { isOver: () => --left < 0 });
    expect(first.more).toBe(true);
    const cloud = eventHistory(EVENTS);
    const store = storeOf(disk);
    await look(store, cloud, { at: '2026-10-04T00:00:01.000Z' });
    const { evidence } = await answersOf(store);
    expect(new Set(evidence.map(({ evidence: it }) => it.subject))).toEqual(
      new Set(['event:e1', 'event:e2', 'event:e3', 'event:e4']),
    );
    expect((await wholeDays(store)).get('cloudtrail:trail-stopped 2026-10-02')).toBe(true);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('calls no day whole of a region that refuses, with the real error, and reads it once it answers', async () => {
    const denied: CallError = { kind: 'denied', name: 'AccessDeniedException', message: 'no', status: 400 };
    const disk = emptyDisk();
    const store = storeOf(disk);
    const refuse = ({ region }: { region: string }) => (region === US ? denied : undefined);
    const cloud = eventHistory(EVENTS, { refuse });
    const result = await look(store, cloud);
    expect(result.failures[0]).toMatchObject({ account: ACCOUNT, region: US, name: 'AccessDeniedException' });
    // Asked once in the whole look, and left then.
    expect(cloud.calls.filter((it) => it.region === US)).toHaveLength(1);
    expect([...(await wholeDays(store)).values()]).not.toContain(true);
    const mended = await look(store, eventHistory(EVENTS), { at: '2026-10-04T01:00:00.000Z' });
    expect(mended).toMatchObject({ events: 1, failures: [] });
    expect((await wholeDays(store)).get('cloudtrail:trail-stopped 2026-10-02')).toBe(true);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('whatever call fails, claims less and never other events', async () => {
    const whole = storeOf();
    await look(whole, eventHistory(EVENTS));
    const expected = (await answersOf(whole)).evidence.map(({ evidence: it }) => `${it.source} ${it.subject}`).sort();
    const count = eventHistory(EVENTS);
    await look(storeOf(), count);
    for (const [nth] of count.calls.entries()) {
      const throttled: CallError = { kind: 'throttled', name: 'ThrottlingException', message: 'slow', status: 400 };
      const store = storeOf();
      await look(store, eventHistory(EVENTS, { refuse: (_, at) => (at === nth ? throttled : undefined) }));
      expect([...(await wholeDays(store)).values()], `call ${nth}`).toContain(false);
      await look(store, eventHistory(EVENTS), { at: '2026-10-04T01:00:00.000Z' });
      const told = (await answersOf(store)).evidence.map(({ evidence: it }) => `${it.source} ${it.subject}`).sort();
      expect(told, `call ${nth}`).toEqual(expected);
    }
  });

  it('puts a record aside that is no JSON, and does not call the day whole', async () => {
    const cloud = eventHistory([event('e2', '2026-10-02')]);
    const broken: Cloud = {
      ...cloud,
      async call(request) {
        const reply = await cloud.call(request);
        const events = (reply.answer?.Events ?? []) as { CloudTrailEvent: string }[];
        return { ...reply, answer: { Events: events.map((it) => ({ ...it, CloudTrailEvent: '{"eventID":' })) } };
      },
    };
    const store = storeOf();
    expect(await look(store, broken)).toMatchObject({ events: 0, foreign: 1, failures: [{ kind: 'unparsable' }] });
    expect((await wholeDays(store)).get('cloudtrail:trail-stopped 2026-10-02')).toBe(false);
  });

  it('says on which day the selectors changed, and begins with the new ones there', async () => {
    const store = storeOf();
    await look(store, eventHistory(EVENTS), { at: '2026-10-04T06:00:00.000Z', catalogue: catalogueOf(TRAILS) });
    const result = await look(store, eventHistory(EVENTS), { at: '2026-10-05T06:00:00.000Z' });
    expect(result.failures).toMatchObject([{ name: 'SelectorsChanged' }]);
    const days = await wholeDays(store);
    expect(days.get('cloudtrail:root-activity 2026-10-03')).toBe(undefined);
    expect(days.get('cloudtrail:root-activity 2026-10-04')).toBe(false);
    expect(days.get('cloudtrail:root-activity 2026-10-05')).toBe(true);
  });
});
