import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dynamodbIndex } from '../../src/adapters/aws/dynamodb-index.ts';
import { sqliteIndex } from '../../src/adapters/local/sqlite-index.ts';
import type { Body } from '../../src/model/entry.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { EvidenceIndex, IndexedEntry } from '../../src/ports/evidence-index.ts';
import { faulty, noLargeBody, type RequestFault, type TestDynamo } from '../adapters/dynamodb.ts';
import { evidence, indexed, observations, plan } from '../app/bodies-of.ts';
import { everyAnswer } from './every-answer.ts';

const day = (number: number): string => `2026-10-0${number}T02:00:00.000Z`;
const runOf = (number: number): string => `00000000-0000-8000-8000-00000000000${number}`;

/** A ledger in which subjects change, go, come back and are seen elsewhere, and bodies repeat. */
const LEDGER: readonly IndexedEntry[] = (() => {
  const first = evidence({ subject: 'a', at: day(1) });
  return entriesOf([
    plan({ at: day(1) }),
    first,
    evidence({ subject: 'b', at: day(1) }),
    observations({ at: day(1) }, ['check:a-b', 'check:c-d']),
    // Seen again: the latest state of `a` is put in the place of the one that is visible.
    evidence({ subject: 'a', at: day(2), run: runOf(2), outcome: 'non_compliant' }),
    first,
    evidence({ subject: 'c', at: day(2), run: runOf(2), source: 'check:c-d' }),
    observations({ at: day(2), run: runOf(2) }, ['check:a-b']),
  ]);
})();
const BASE = 4;

/** As a ledger has them: two entries may hold one body. */
function entriesOf(bodies: readonly Body[]): IndexedEntry[] {
  return indexed(bodies);
}

async function expectSameAnswers(index: EvidenceIndex, entries: readonly IndexedEntry[], size: number): Promise<void> {
  const model = sqliteIndex(':memory:');
  await model.apply(entries.slice(0, size));
  expect(await everyAnswer(index, entries)).toEqual(await everyAnswer(model, entries));
  await model.close();
}

/** Faults at this request of a writer: whoever fails is gone from then on. */
function dyingAt(step: number, fault: RequestFault) {
  let at = -1;
  return () => {
    at += 1;
    return at < step ? 'ok' : at === step ? fault : 'fail';
  };
}

const subjects = ['a', 'b', 'ü\u{1F600}'];
const anyBody: fc.Arbitrary<Body> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({
        subject: fc.constantFrom(...subjects),
        source: fc.constantFrom('check:a-b', 'check:c-d'),
        account: fc.constantFrom('111122223333', '444455556666'),
        at: fc.integer({ min: 1, max: 4 }).map(day),
        run: fc.integer({ min: 1, max: 2 }).map(runOf),
        change: fc.constantFrom('first' as const, 'changed' as const, 'absent' as const),
        outcome: fc.constantFrom('compliant' as const, 'non_compliant' as const),
      })
      .map((it) => evidence(it)),
  },
  fc.record({ actor: fc.constantFrom('root', 'someone'), at: fc.integer({ min: 1, max: 4 }).map(day) }).map(eventOf),
  fc.integer({ min: 1, max: 4 }).map((it) => observations({ at: day(it) }, ['check:a-b', 'check:c-d'])),
  fc.integer({ min: 1, max: 4 }).map((it) => plan({ at: day(it), run: runOf(1 + (it % 2)) })),
);

function eventOf({ actor, at }: { actor: string; at: string }): Evidence {
  const event = {
    eventID: 'e',
    eventTime: day(1),
    eventName: 'ConsoleLogin',
    eventSource: 'signin.amazonaws.com',
    actor,
    file: 'f',
    fileSha256: '0'.repeat(64),
    record: 0,
  };
  return evidence({ subject: `event:${actor}`, source: 'cloudtrail:root', change: 'event', at, event });
}

/** A ledger in which some bodies come twice. */
const anyLedger = fc
  .tuple(fc.array(anyBody, { minLength: 1, maxLength: 10 }), fc.array(fc.nat(9), { maxLength: 3 }))
  .map(([bodies, again]) => entriesOf([...bodies, ...again.flatMap((it) => bodies[it % bodies.length] ?? [])]));

const anyCrash = fc.record({ step: fc.nat(60), fault: fc.constantFrom('fail' as const, 'fail-after' as const) });

export interface FaultsOptions {
  /** Every how many-th request is a crash tried. */
  readonly every: number;
  /** How many random ledgers are tried. */
  readonly ledgers: number;
}

/** What must hold whatever request fails, and whoever else writes; compared with what SQLite answers. */
export function evidenceIndexFaults(name: string, dynamo: TestDynamo, { every, ledgers }: FaultsOptions): void {
  const openOn = (table: string, hook: (command: string) => RequestFault = () => 'ok') =>
    dynamodbIndex({ table, client: faulty(dynamo.client, hook), readBody: noLargeBody, firstPauseMs: 1 });

  /** Requests of taking in the second half of the ledger. */
  async function requests(): Promise<string[]> {
    const table = await dynamo.newTable();
    await openOn(table).apply(LEDGER.slice(0, BASE));
    const seen: string[] = [];
    await openOn(table, (command) => {
      seen.push(command);
      return 'ok';
    }).apply(LEDGER.slice(BASE));
    return seen;
  }

  describe(`index under faults: ${name}`, { timeout: 120_000 }, () => {
    // An answer that is lost and the next request that is not made come to the same, but for the last.
    it('shows all of what is taken in or nothing, whichever request fails or loses its answer', async () => {
      const steps = await requests();
      expect(new Set(steps)).toEqual(new Set(['GetItem', 'BatchGetItem', 'PutItem']));
      const crash = async (step: number, fault: RequestFault): Promise<number> => {
        const table = await dynamo.newTable();
        await openOn(table).apply(LEDGER.slice(0, BASE));
        const dying = openOn(table, dyingAt(step, fault)).apply(LEDGER.slice(BASE));
        await expect(dying).rejects.toMatchObject({ code: 'index-unreachable' });
        const size = await openOn(table).size();
        await expectSameAnswers(openOn(table), LEDGER, size);
        await openOn(table).apply(LEDGER.slice(size));
        await expectSameAnswers(openOn(table), LEDGER, LEDGER.length);
        return size;
      };
      for (let step = 0; step < steps.length; step += every) expect(await crash(step, 'fail')).toBe(BASE);
      expect(await crash(steps.length - 1, 'fail-after')).toBe(LEDGER.length);
    });

    it('tells of failed reads as errors, and never as less', async () => {
      const table = await dynamo.newTable();
      await openOn(table).apply(LEDGER);
      let count = 0;
      await everyAnswer(
        openOn(table, () => {
          count += 1;
          return 'ok';
        }),
        LEDGER,
      );
      const step = Math.ceil((count * every) / 100);
      for (let at = 0; at < count; at += step) {
        let seen = -1;
        const once = () => (++seen === at ? 'fail' : 'ok');
        await expect(everyAnswer(openOn(table, once), LEDGER)).rejects.toMatchObject({ code: 'index-unreachable' });
      }
    });

    it('is the same whoever of two writers comes first', async () => {
      for (const [one, other] of [
        [LEDGER.length, LEDGER.length],
        [BASE + 2, LEDGER.length],
        [LEDGER.length, BASE + 1],
      ] as const) {
        const table = await dynamo.newTable();
        await openOn(table).apply(LEDGER.slice(0, BASE));
        const alone = await dynamo.newTable();
        await openOn(alone).apply(LEDGER);
        await Promise.all([openOn(table).apply(LEDGER.slice(BASE, one)), openOn(table).apply(LEDGER.slice(0, other))]);
        await expectSameAnswers(openOn(table), LEDGER, LEDGER.length);
        expect(await dynamo.itemsOf(table)).toEqual(await dynamo.itemsOf(alone));
      }
    });

    it('answers as SQLite does, for any ledger, in any portions, through any crashes', async () => {
      const property = fc.asyncProperty(
        anyLedger,
        fc.array(anyCrash, { maxLength: 3 }),
        fc.nat(4),
        async (ledger, crashes, portion) => {
          const table = await dynamo.newTable();
          let size = 0;
          for (const { step, fault } of crashes) {
            const next = ledger.slice(size, size + portion + 1);
            await openOn(table, dyingAt(step, fault))
              .apply(next)
              .catch(() => undefined);
            const now = await openOn(table).size();
            expect([size, size + next.length]).toContain(now);
            size = now;
            await expectSameAnswers(openOn(table), ledger, size);
          }
          await openOn(table).apply(ledger.slice(size));
          await expectSameAnswers(openOn(table), ledger, ledger.length);
        },
      );
      await fc.assert(property, { numRuns: ledgers, ...(ledgers < 20 ? { seed: 27 } : {}) });
    });
  });
}
