import { describe, expect, it } from 'vitest';
import type { Body } from '../../src/model/entry.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { EvidenceIndex, IndexedEntry } from '../../src/ports/evidence-index.ts';
import { evidence, indexed, observations, plan } from '../app/bodies-of.ts';

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(items);

/** What every adapter of the index must do, whatever it stores in. */
export function evidenceIndexSuite(name: string, open: () => Promise<EvidenceIndex>): void {
  const filled = async (...bodies: Body[]) => {
    const index = await open();
    await index.apply(indexed(bodies));
    return index;
  };
  const subjectsOf = async (index: EvidenceIndex, at?: Partial<Evidence>) =>
    [...(await index.current(at?.source ?? 'check:a-b', '111122223333', 'eu-west-1')).keys()].sort();

  describe(`index: ${name}`, () => {
    it('starts empty and grows by what is applied', async () => {
      const index = await open();
      expect(await index.size()).toBe(0);
      await index.apply(indexed([plan({}), evidence({})]));
      expect(await index.size()).toBe(2);
    });

    it('takes the same entries twice without a change', async () => {
      const entries = indexed([evidence({ subject: 'a' }), evidence({ subject: 'b' })]);
      const index = await open();
      await index.apply(entries);
      await index.apply(entries);
      expect(await index.size()).toBe(2);
      expect(await all(index.evidence({}))).toHaveLength(2);
    });

    it('gives a body that two entries hold once, by the first of them', async () => {
      const index = await open();
      const [first, again] = indexed([evidence({ subject: 'a' }), evidence({ subject: 'a' })]);
      if (!first || !again) throw new RangeError('no entries');
      await index.apply([first, { ...again, entry: first.entry, body: first.body }]);
      expect(await index.size()).toBe(2);
      expect((await all(index.evidence({}))).map((it) => it.index)).toEqual([0]);
      expect((await all(index.heads('entry', 2))).map((it) => it.index)).toEqual([0]);
      const run = indexed([plan({})])[0];
      const other = await open();
      if (!run) throw new RangeError('no plan');
      await other.apply([run, { ...run, index: 1 }]);
      expect((await all(other.bodies('plan'))).map((it) => it.index)).toEqual([0]);
    });

    it('gives heads of all evidence below a size, by source and by entry, and the whole of one', async () => {
      const failures = {
        policy: {
          operation: 's3:GetBucketPolicy',
          kind: 'denied' as const,
          name: 'AccessDenied',
          message: 'no',
          status: 403,
          requestId: 'R',
        },
      };
      const bodies = [
        evidence({ subject: 'b', source: 'check:z-z' }),
        evidence({ subject: 'late', at: '2026-10-02T02:00:00.000Z' }),
        evidence({ subject: 'early', at: '2026-10-01T02:00:00.000Z', failures, outcome: 'inconclusive' }),
        evidence({ subject: 'past the size' }),
      ];
      const index = await filled(plan({}), ...bodies);
      const subjects = async (order: 'source' | 'entry') =>
        (await all(index.heads(order, 4))).map((it) => it.evidence.subject);
      expect(await subjects('source')).toEqual(['early', 'late', 'b']);
      expect(await subjects('entry')).toEqual(['b', 'late', 'early']);
      const [head] = await all(index.heads('source', 4));
      const { at, source, resourceType, name, account, region, outcome, change, reason } = bodies[2] as Evidence;
      expect(head).toMatchObject({
        index: 3,
        evidence: {
          at,
          source,
          subject: 'early',
          resourceType,
          name,
          account,
          region,
          outcome,
          change,
          reason,
          failures,
        },
      });
      expect(await index.evidenceAt(3)).toEqual(bodies[2]);
      expect([await index.evidenceAt(0), await index.evidenceAt(99)]).toEqual([undefined, undefined]);
    });

    it('refuses a hole, and applies nothing of such a batch', async () => {
      const [first, , third] = indexed([
        evidence({ subject: 'a' }),
        evidence({ subject: 'b' }),
        evidence({ subject: 'c' }),
      ]);
      const index = await open();
      await expect(index.apply([first, third] as IndexedEntry[])).rejects.toMatchObject({ code: 'index-hole' });
      expect(await index.size()).toBe(0);
    });

    it('gives the latest state of each subject, and none of absent ones', async () => {
      const index = await filled(
        evidence({ subject: 'stays', at: '2026-10-01T02:00:00.000Z', outcome: 'compliant' }),
        evidence({ subject: 'goes', at: '2026-10-01T02:00:00.000Z' }),
        evidence({ subject: 'stays', at: '2026-10-02T02:00:00.000Z', outcome: 'non_compliant' }),
        evidence({ subject: 'goes', at: '2026-10-02T02:00:00.000Z', change: 'absent' }),
      );
      const states = await index.current('check:a-b', '111122223333', 'eu-west-1');
      expect([...states.values()].map((it) => [it.subject, it.evidence.outcome])).toEqual([['stays', 'non_compliant']]);
    });

    it('does not let evidence about the past replace a later state', async () => {
      const index = await filled(
        evidence({ subject: 'x', at: '2026-10-02T02:00:00.000Z', outcome: 'compliant' }),
        evidence({ subject: 'x', at: '2026-10-01T02:00:00.000Z', outcome: 'non_compliant' }),
      );
      const states = await index.current('check:a-b', '111122223333', 'eu-west-1');
      expect(states.get('x')?.evidence.outcome).toBe('compliant');
    });

    it('keeps sources, accounts and regions apart', async () => {
      const index = await filled(
        evidence({ subject: 'here' }),
        evidence({ subject: 'elsewhere', region: 'us-east-1' }),
        evidence({ subject: 'other account', account: '444455556666' }),
        evidence({ subject: 'other source', source: 'check:c-d' }),
      );
      expect(await subjectsOf(index)).toEqual(['here']);
      expect(await subjectsOf(index, { source: 'check:c-d' })).toEqual(['other source']);
    });

    it('keeps events out of the states', async () => {
      const index = await filled(evidence({ subject: 'event:1', change: 'event' }));
      expect(await subjectsOf(index)).toEqual([]);
      expect(await all(index.evidence({}))).toHaveLength(1);
    });

    it('gives evidence in order of time, then of ledger index', async () => {
      const index = await filled(
        evidence({ subject: 'late', at: '2026-10-03T02:00:00.000Z' }),
        evidence({ subject: 'early 1', at: '2026-10-01T02:00:00.000Z' }),
        evidence({ subject: 'early 2', at: '2026-10-01T02:00:00.000Z' }),
      );
      expect((await all(index.evidence({}))).map((it) => it.evidence.subject)).toEqual(['early 1', 'early 2', 'late']);
    });

    it('filters by every field, and by tree size', async () => {
      const index = await filled(
        evidence({ subject: 'a', at: '2026-10-01T02:00:00.000Z' }),
        evidence({ subject: 'b', at: '2026-10-02T02:00:00.000Z' }),
        evidence({ subject: 'c', at: '2026-10-03T02:00:00.000Z', region: 'us-east-1' }),
      );
      const subjects = async (filter: Parameters<EvidenceIndex['evidence']>[0]) =>
        (await all(index.evidence(filter))).map((it) => it.evidence.subject);
      expect(await subjects({ from: '2026-10-02T02:00:00.000Z' })).toEqual(['b', 'c']);
      expect(await subjects({ to: '2026-10-02T02:00:00.000Z' })).toEqual(['a', 'b']);
      expect(await subjects({ region: 'us-east-1' })).toEqual(['c']);
      expect(await subjects({ subject: 'b' })).toEqual(['b']);
      expect(await subjects({ treeSize: 2 })).toEqual(['a', 'b']);
      expect(await subjects({ source: 'check:none' })).toEqual([]);
    });

    it('finds events by their actor, and anything by its run', async () => {
      const event = (actor: string) => ({
        eventID: actor,
        eventTime: '2026-10-01T01:00:00.000Z',
        eventName: 'ConsoleLogin',
        eventSource: 'signin.amazonaws.com',
        actor,
        file: 'f',
        fileSha256: '0'.repeat(64),
        record: 0,
      });
      const run = '00000000-0000-8000-8000-0000000000ff';
      const index = await filled(
        evidence({ subject: 'event:1', change: 'event', event: event('root') }),
        evidence({ subject: 'event:2', change: 'event', event: event('someone') }),
        evidence({ subject: 'no event', run }),
        observations({ run }, ['check:a-b']),
        plan({ run }),
        plan({}),
      );
      const subjects = async (filter: Parameters<EvidenceIndex['evidence']>[0]) =>
        (await all(index.evidence(filter))).map((it) => it.evidence.subject);
      expect(await subjects({ actor: 'root' })).toEqual(['event:1']);
      expect(await subjects({ actor: 'nobody' })).toEqual([]);
      expect(await subjects({ run })).toEqual(['no event']);
      expect(await all(index.observations({ run }))).toHaveLength(1);
      expect((await all(index.bodies('plan', { run }))).map((it) => it.index)).toEqual([4]);
    });

    it('gives states in order of the bytes of their subjects', async () => {
      // By UTF-16 units the emoji would come before the full-width letter.
      const subjects = ['b', 'a', 'Z', '\u{1F600}', '\uFF5A', 'ä'];
      const index = await filled(...subjects.map((subject) => evidence({ subject })));
      const states = await index.current('check:a-b', '111122223333', 'eu-west-1');
      expect([...states.keys()]).toEqual(['Z', 'a', 'b', 'ä', '\uFF5A', '\u{1F600}']);
    });

    it('answers many questions at once, each for itself', async () => {
      const entries = indexed(Array.from({ length: 110 }, (_, at) => evidence({ subject: `s${at}` })));
      const index = await open();
      await index.apply(entries);
      const hashes = entries.map((it) => it.entry.body.slice(7));
      const wanted = [...hashes, '0'.repeat(64), ...hashes.slice(0, 3)];
      expect(await Promise.all(wanted.map((it) => index.find(it)))).toEqual([...hashes.keys(), undefined, 0, 1, 2]);
      expect((await all(index.evidence({}))).map((it) => it.index)).toEqual([...hashes.keys()]);
    });

    it('gives each observation of a task on its own', async () => {
      const index = await filled(observations({}, ['check:a-b', 'check:c-d']));
      const rows = await all(index.observations({}));
      expect(rows.map((it) => it.observation.source)).toEqual(['check:a-b', 'check:c-d']);
      expect(await all(index.observations({ source: 'check:c-d' }))).toHaveLength(1);
    });

    it('gives whole bodies of a kind, as they were', async () => {
      const body = plan({ at: '2026-10-01T02:00:00.000Z' });
      const index = await filled(evidence({}), body);
      const [found] = await all(index.bodies('plan'));
      expect(found).toMatchObject({ index: 1, body });
      expect(await all(index.bodies('plan', { treeSize: 1 }))).toEqual([]);
      expect(await all(index.bodies('run'))).toEqual([]);
    });

    it('finds the lowest entry with a body, and none that is not there', async () => {
      const entries = indexed([plan({}), evidence({})]);
      const index = await open();
      await index.apply(entries);
      expect(await index.find(entries[1]?.entry.body.slice(7) ?? '')).toBe(1);
      expect(await index.find('0'.repeat(64))).toBeUndefined();
    });

    it('is empty after clear, and the same again after applying everything again', async () => {
      const entries = indexed([plan({}), evidence({ subject: 'a' }), observations({}, ['check:a-b'])]);
      const index = await open();
      await index.apply(entries);
      const before = await all(index.evidence({}));
      await index.clear();
      expect([await index.size(), await all(index.observations({}))]).toEqual([0, []]);
      await index.apply(entries);
      expect(await all(index.evidence({}))).toEqual(before);
    });
  });
}
