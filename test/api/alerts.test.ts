import { expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { memoryMessages } from '../../src/adapters/memory/messages.ts';
import { AlertItem } from '../../src/api/routes/alerts.ts';
import { watch } from '../../src/app/watch.ts';
import { envelope, message, record } from '../app/watch-events.ts';
import { OTHER, world } from './support.ts';

const { own, foreign, ask, as, store, recorded } = await world();
const event = (eventID: string, eventTime: string, more: object = {}) =>
  message(envelope(record({ eventID, eventTime, eventName: 'SwitchRole', ...more })));
await watch({ store, messages: memoryMessages(), catalogue: await loadCatalogueFiles() }, [
  event('within', '2026-10-01T08:00:00Z'),
  event('elsewhere', '2026-10-02T23:59:59Z', { awsRegion: 'us-west-2' }),
  event('before', '2026-09-30T23:59:59Z'),
  event('after', '2026-10-03T00:00:00Z'),
  event('foreign', '2026-10-01T08:00:00Z', { recipientAccountId: OTHER }),
  event('sign-in', '2026-11-01T08:00:00Z', { eventName: 'ConsoleLogin' }),
]);

async function idsOf(principal: Parameters<typeof ask>[0], query = ''): Promise<string[]> {
  const answer = await ask(principal, `/v1/alerts${query}`);
  expect(answer.status).toBe(200);
  const { items } = (await answer.json()) as { items: unknown[] };
  return items.map((it) => AlertItem.parse(it).event.eventID);
}
const ALL = ['within', 'elsewhere', 'before', 'after', 'foreign', 'sign-in', 'sign-in'];

it('lists alerts in ledger order, each with its record and its entry', async () => {
  expect(await idsOf(as('compliance'))).toEqual(ALL);
  const answer = await ask(as('compliance'), '/v1/alerts?limit=1');
  const { items, cursor } = (await answer.json()) as { items: object[]; cursor?: string };
  expect(items[0]).toMatchObject({ selector: 'root-activity', severity: 'high', record: { eventID: 'within' } });
  expect(items[0]).not.toHaveProperty('salt');
  expect(await idsOf(as('compliance'), `?limit=1&cursor=${cursor}`)).toEqual(['elsewhere']);
});

it('narrows by severity, selector, account and the time of the event', async () => {
  expect(await idsOf(as('admin'), '?severity=critical')).toEqual(['sign-in']);
  expect(await idsOf(as('admin'), '?selector=root-console-login')).toEqual(['sign-in']);
  expect(await idsOf(as('admin'), `?account=${OTHER}`)).toEqual(['foreign']);
  const days = '?from=2026-09-30T00:00:00.000Z&to=2026-10-01T23:59:59.999Z';
  expect(await idsOf(as('admin'), days)).toEqual(['within', 'before', 'foreign']);
  expect((await ask(as('admin'), '/v1/alerts?severity=loud')).status).toBe(400);
});

it('gives an auditor those of the accounts and the period of their assessment, wherever they happened', async () => {
  expect(await idsOf(as('auditor', [own]))).toEqual(['within', 'elsewhere']);
  expect(await idsOf(as('auditor', [own]), '?from=2026-10-02T00:00:00.000Z')).toEqual(['elsewhere']);
  expect(await idsOf(as('auditor', [own, foreign]), `?assessment=${foreign}`)).toEqual(['foreign']);
  expect(await idsOf(as('auditor', [own]), `?account=${OTHER}`)).toEqual([]);
  expect((await ask(as('auditor', [own]), `/v1/alerts?assessment=${foreign}`)).status).toBe(403);
});

it('is for nobody without a right to evidence, and on record', async () => {
  expect((await ask(as('viewer'), '/v1/alerts')).status).toBe(403);
  const accesses = (await recorded()).filter((it) => it.operation === 'listAlerts');
  expect(accesses.some((it) => it.outcome === 'granted' && it.role === 'auditor' && it.assessment === own)).toBe(true);
  expect(accesses.at(-1)).toMatchObject({ outcome: 'refused', role: null });
});
