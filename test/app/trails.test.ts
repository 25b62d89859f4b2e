import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { evaluate } from '../../src/app/evaluate.ts';
import type { Store } from '../../src/app/store.ts';
import { ingestTrails, type TrailsRequest } from '../../src/app/trails.ts';
import { recordsOfAnswer } from '../../src/collect/cloudtrail/lookup-records.ts';
import { loadService } from '../../src/collect/services.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { eventHistory } from '../collect/cloudtrail/event-history.ts';
import { delivered, deliveredKey, memoryTrail, refusal } from '../collect/cloudtrail/memory-trail.ts';
import { ACCOUNT, CATALOGUE } from './demo.ts';
import { answersOf, auditOf, emptyDisk, storeOf } from './store-of.ts';

const OTHER = '444455556666';
const EU = 'eu-west-1';
const login = (eventID: string, account: string): JsonObject => ({
  eventID,
  eventTime: '2026-10-03T08:00:00Z',
  eventName: 'ConsoleLogin',
  eventSource: 'signin.amazonaws.com',
  awsRegion: EU,
  recipientAccountId: account,
  userIdentity: { type: 'Root', accountId: account },
});
const files = new Map([[deliveredKey(ACCOUNT, EU, '2026-10-03T08:05', 'a'), delivered([login('e1', ACCOUNT)])]]);

const take = (store: Store, more: Partial<TrailsRequest> = {}) =>
  ingestTrails(store, {
    trails: [{ bucket: memoryTrail(files), prefix: '' }],
    cloud: eventHistory([login('e1', ACCOUNT), login('e2', OTHER)]),
    accounts: [ACCOUNT, OTHER],
    regions: [EU],
    catalogue: CATALOGUE,
    at: '2026-10-04T00:00:00.000Z',
    ...more,
  });

describe('the trails of a deployment', () => {
  it('are read where there are any, and the event history of the other accounts', async () => {
    const disk = emptyDisk();
    const store = storeOf(disk);
    expect(await take(store)).toMatchObject({
      ok: true,
      events: 2,
      matched: 2,
      more: false,
      failures: [],
      lookedUp: [OTHER],
    });
    const { evidence } = await answersOf(store);
    const places = evidence.map(({ evidence: it }) => [it.account, it.event?.file.split(':')[0]]);
    expect(places.sort()).toEqual([
      [ACCOUNT, 's3'],
      [OTHER, 'cloudtrail'],
    ]);
    expect(await take(storeOf(disk))).toMatchObject({ runs: [], entries: 0 });
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('are all event history where there is none', async () => {
    expect(await take(storeOf(), { trails: [] })).toMatchObject({ events: 2, lookedUp: [ACCOUNT, OTHER] });
  });

  it('do not turn to the event history where a bucket cannot be listed', async () => {
    const bucket = memoryTrail(files, (operation) => {
      throw refusal(operation, 'denied', 'AccessDenied');
    });
    const result = await take(storeOf(), { trails: [{ bucket, prefix: '' }] });
    expect(result).toMatchObject({ ok: true, events: 0, lookedUp: [] });
    expect(result.failures.map((it) => it.account)).toEqual([ACCOUNT, OTHER]);
  });

  it('ask to be called again until everything is read', async () => {
    const disk = emptyDisk();
    let calls = 0;
    for (let more = true; more && calls < 10; calls += 1) {
      let left = calls + 1;
      ({ more } = await take(storeOf(disk), { isOver: () => --left < 0 }));
    }
    expect(calls).toBeGreaterThan(1);
    const store = storeOf(disk);
    await take(store);
    expect((await answersOf(store)).evidence.map(({ evidence: it }) => it.subject).sort()).toEqual([
      'event:e1',
      'event:e2',
    ]);
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('leave recordings for checks that come later as they are', async () => {
    const store = storeOf();
    await take(store, { trails: [] });
    const result = await evaluate(store, {
      catalogue: await loadCatalogueFiles(),
      service: loadService,
      cloudOf: replayCloud,
    });
    expect(result).toMatchObject({ tasks: 0 });
  });
});

const EXAMPLES = '../shared/data/aws-api-examples/aws-cli/cloudtrail.json';
const why = existsSync(EXAMPLES) ? '' : ` (skipped: there is no ${EXAMPLES})`;

describe.skipIf(why !== '')(`the example answer of AWS${why}`, () => {
  it('holds a record in each event', () => {
    const [example] = JSON.parse(readFileSync(EXAMPLES, 'utf8'))['lookup-events'];
    const { bytes, unreadable } = recordsOfAnswer(example.json.Events);
    expect(unreadable).toBe(0);
    const { Records } = JSON.parse(Buffer.from(bytes).toString('utf8'));
    expect(Records).toMatchObject([{ eventName: 'ConsoleLogin', eventID: example.json.Events[0].EventId }]);
  });
});
