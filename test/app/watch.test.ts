import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { type MemoryMessages, memoryMessages } from '../../src/adapters/memory/messages.ts';
import type { Fault, FaultHook } from '../../src/adapters/memory/objects.ts';
import { recover } from '../../src/app/seal.ts';
import { watch } from '../../src/app/watch.ts';
import type { WatchedMessage } from '../../src/app/watch-event.ts';
import { openLog } from '../../src/ledger/read.ts';
import { VKEY } from '../ledger/helpers.ts';
import { ACCOUNT } from './demo.ts';
import { auditOf, copyOf, type Disk, emptyDisk, storeOf } from './store-of.ts';
import { arrived, envelope, message, record } from './watch-events.ts';

const CATALOGUE = await loadCatalogueFiles();
const NOW = '2026-11-01T08:00:05.000Z';

interface World {
  readonly disk?: Disk;
  readonly alerts?: MemoryMessages;
  readonly fault?: FaultHook;
}
const take = (
  messages: readonly WatchedMessage[],
  { disk = emptyDisk(), alerts = memoryMessages(), fault }: World = {},
) =>
  watch(
    { store: storeOf(disk, { now: NOW, ...(fault ? { fault } : {}) }), messages: alerts, catalogue: CATALOGUE },
    messages,
  );

/** Alerts in the ledger, as somebody reads it who comes afterwards; and how many entries there are in all. */
async function sealed(disk: Disk) {
  const store = storeOf(disk);
  await recover(store);
  const alerts = (await Array.fromAsync(store.index.bodies('alert'))).map((it) => it.body);
  const { size } = (await openLog(store.objects, [VKEY])).checkpoint;
  return { alerts, size };
}

describe('a watched event', () => {
  it('has an entry and a message for each selector that matches it', async () => {
    const [disk, alerts] = [emptyDisk(), memoryMessages()];
    const result = await take([arrived()], { disk, alerts });
    expect(result).toMatchObject({ messages: 1, ignored: 0, known: 0, failed: [] });
    const { alerts: bodies, size } = await sealed(disk);
    expect(size).toBe(2);
    expect(bodies.map((it) => [it.selector, it.severity]).sort()).toEqual([
      ['root-activity', 'high'],
      ['root-console-login', 'critical'],
    ]);
    expect(bodies[0]).toMatchObject({
      account: ACCOUNT,
      region: 'us-east-1',
      receivedAt: '2026-11-01T08:00:03.000Z',
      at: NOW,
      event: { eventID: 'e1', eventTime: '2026-11-01T08:00:00.000Z', actor: `arn:aws:iam::${ACCOUNT}:root` },
      delivery: { source: 'aws.signin', account: ACCOUNT },
      record: { eventID: 'e1' },
    });
    expect(alerts.published.map((it) => it.attributes)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ severity: 'critical', selector: 'root-console-login', mayRepeat: 'false' }),
      ]),
    );
    expect(await auditOf(disk)).toMatchObject({ ok: true, findings: [] });
  });

  it('is passed over where no selector matches it, and nothing is written', async () => {
    const disk = emptyDisk();
    const before = new Map(disk.objects);
    const reading = {
      eventName: 'DescribeInstances',
      eventSource: 'ec2.amazonaws.com',
      userIdentity: { type: 'IAMUser' },
    };
    expect(await take([arrived(reading)], { disk })).toMatchObject({ ignored: 1, told: [], failed: [] });
    expect(disk.objects).toEqual(before);
  });

  it('is stored and told without its secrets', async () => {
    const [disk, alerts] = [emptyDisk(), memoryMessages()];
    const secret = { requestParameters: { password: 'correct horse battery', note: 'AKIAIOSFODNN7EXAMPLE' } };
    const arn = 'arn:aws:sts::111122223333:assumed-role/ops/AKIAIOSFODNN7EXAMPLE';
    await take([arrived({ ...secret, userIdentity: { type: 'Root', arn } })], { disk, alerts });
    const stored = JSON.stringify([(await sealed(disk)).alerts, alerts.published]);
    expect(stored).toContain('redacted');
    expect(stored).not.toMatch(/battery|IOSFODNN7/);
    const kept = [...disk.objects]
      .filter(([key]) => key.startsWith('alerts/'))
      .map(([, bytes]) => String(Buffer.from(bytes)));
    expect(kept.join()).not.toMatch(/battery|IOSFODNN7/);
  });

  it('that a selector cannot be asked of is told, with what went wrong', async () => {
    const alerts = memoryMessages();
    const odd = { eventName: 'PutBucketAcl', eventSource: 's3.amazonaws.com', requestParameters: { 'x-amz-acl': 7 } };
    await take([arrived({ ...odd, userIdentity: { type: 'IAMUser' } })], { alerts });
    const told = alerts.published.find((it) => it.attributes?.selector === 's3-bucket-made-public');
    expect(told?.text).toMatch(/Whether it matches could not be found out: .+/);
  });

  it('of another account that has the same id is another event', async () => {
    const disk = emptyDisk();
    await take([arrived()], { disk });
    const foreign = message(envelope(record(), { account: '444455556666' }));
    expect((await take([foreign], { disk })).told).toHaveLength(2);
    expect((await sealed(disk)).size).toBe(4);
  });

  it('without a region of AWS, or with a clock of its own, is kept all the same', async () => {
    const disk = emptyDisk();
    const late = { ...arrived({ awsRegion: 'mars', eventTime: '2025-01-01T00:00:00Z' }), receivedAt: 'yesterday' };
    await take([late], { disk });
    expect((await sealed(disk)).alerts[0]).toMatchObject({
      region: 'global',
      receivedAt: NOW,
      event: { eventTime: '2025-01-01T00:00:00.000Z' },
    });
  });
});

describe('a message that cannot be read', () => {
  const deep = `${'['.repeat(300)}${']'.repeat(300)}`;
  it.each([
    ['no JSON', '{', 'watch-event-malformed'],
    ['no event', '{}', 'watch-event-malformed'],
    ['an envelope without an account', JSON.stringify(envelope(record(), { account: 'x' })), 'watch-event-malformed'],
    ['a record without an id', JSON.stringify(envelope(record({ eventID: '' }))), 'watch-event-unplaced'],
    ['no record', JSON.stringify(envelope([])), 'watch-event-unplaced'],
    ['too deep', JSON.stringify(envelope(record())).replace('"e1"', deep), 'watch-event-too-large'],
    ['too many values', JSON.stringify(envelope(Array.from({ length: 100_001 }, () => 1))), 'watch-event-too-large'],
    ['too long', JSON.stringify(envelope({ a: 'x'.repeat(1024 * 1024) })), 'watch-event-too-large'],
  ])('is given back by its id, and the others go on: %s', async (_, body, code) => {
    const disk = emptyDisk();
    const poison = message(body);
    const result = await take([poison, arrived()], { disk });
    expect(result.failed).toMatchObject([{ id: poison.id, code }]);
    expect(result.told).toHaveLength(2);
    expect((await sealed(disk)).size).toBe(2);
  });
});

describe('an event that is delivered more than once', () => {
  it('has one entry and is told once where the first delivery was done with', async () => {
    const [disk, alerts] = [emptyDisk(), memoryMessages()];
    await take([arrived(), arrived()], { disk, alerts });
    expect(await take([arrived()], { disk, alerts })).toMatchObject({ told: [], known: 2, failed: [] });
    expect(alerts.published).toHaveLength(2);
    expect((await sealed(disk)).size).toBe(2);
  });

  it('is told again, as a possible repeat, where nobody marked that it was told', async () => {
    const [disk, alerts] = [emptyDisk(), memoryMessages()];
    await take([arrived()], { disk, alerts });
    for (const key of disk.objects.keys()) if (key.endsWith('.told.json')) disk.objects.delete(key);
    await take([arrived()], { disk, alerts });
    expect(alerts.published.map((it) => it.attributes?.mayRepeat)).toEqual(['false', 'false', 'true', 'true']);
    expect(alerts.published[2]?.text).toContain('You may have been told this before');
    expect((await sealed(disk)).size).toBe(2);
  });

  it('is refused where somebody changed what the first delivery wrote', async () => {
    const disk = emptyDisk();
    await take([arrived()], { disk });
    for (const key of disk.objects.keys())
      if (/^alerts\/[^.]+\.json$/.test(key)) disk.objects.set(key, Buffer.from('{}'));
    const again = arrived();
    expect((await take([again], { disk })).failed).toMatchObject([{ id: again.id, code: 'watch-alert-altered' }]);
  });

  it('has one entry, whatever the order, the batches and how their steps come between each other', async () => {
    const ids = ['a', 'b', 'c'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        fc.scheduler(),
        async (batches, scheduler) => {
          const [disk, alerts] = [emptyDisk(), memoryMessages()];
          const fault: FaultHook = async (operation) => scheduler.schedule(Promise.resolve<Fault>('ok'), operation);
          const results = batches.map((batch) =>
            take(
              batch.map((eventID) => arrived({ eventID, eventName: 'SwitchRole' })),
              { disk, alerts, fault },
            ),
          );
          const done = await scheduler.waitFor(Promise.all(results));
          expect(done.flatMap((it) => it.failed)).toEqual([]);
          const wanted = [...new Set(batches.flat())].sort();
          const { alerts: found, size } = await sealed(disk);
          expect(found.map((it) => it.event.eventID).sort()).toEqual(wanted);
          expect(size).toBe(wanted.length);
          for (const it of found) {
            const told = alerts.published.filter(({ text }) => text.includes(it.id));
            expect(told.length).toBeGreaterThan(0);
            expect(told.filter(({ attributes }) => attributes?.mayRepeat === 'false').length).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('a step that fails', () => {
  /** Every step of one delivery, in its order. */
  async function stepsOf(): Promise<number> {
    let steps = 0;
    const count = (): Fault => {
      steps += 1;
      return 'ok';
    };
    await take([arrived({ eventName: 'SwitchRole' })], { fault: count, alerts: memoryMessages({ fault: count }) });
    return steps;
  }

  it.each(['fail', 'fail-after'] as const)(
    '(%s) leaves what the next delivery mends: one entry, and it was told',
    async (kind) => {
      const steps = await stepsOf();
      expect(steps).toBeGreaterThan(15);
      for (let at = 0; at < steps; at += 1) {
        const disk = emptyDisk();
        let step = -1;
        const fault = (): Fault => {
          step += 1;
          return step === at ? kind : 'ok';
        };
        const [before, after] = [memoryMessages({ fault }), memoryMessages()];
        const given = arrived({ eventName: 'SwitchRole' });
        const first = await take([given], { disk, fault, alerts: before });
        if (kind === 'fail')
          expect(
            first.failed.map((it) => it.id),
            `step ${at}`,
          ).toEqual([given.id]);
        // A copy, so that what the first one left open cannot be written later.
        const later = copyOf(disk);
        const second = await take([given], { disk: later, alerts: after });
        expect(second.failed, `step ${at}`).toEqual([]);
        const { alerts: found, size } = await sealed(later);
        expect([found.length, size], `step ${at}`).toEqual([1, 1]);
        const told = [...before.published, ...after.published];
        expect(told.length, `step ${at}`).toBeGreaterThan(0);
        if (told.length > 1) expect(told.at(-1)?.attributes?.mayRepeat, `step ${at}`).toBe('true');
        expect(await auditOf(later), `step ${at}`).toMatchObject({ ok: true });
      }
    },
  );
});
