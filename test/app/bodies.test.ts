import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TaskContext } from '../../src/app/bodies.ts';
import { taskBodies } from '../../src/app/bodies.ts';
import { identity } from '../../src/app/identity.ts';
import type { JudgedSource, JudgedSubject } from '../../src/app/judged.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import { Evidence as EvidenceSchema, Observations } from '../../src/model/evidence.ts';
import type { Retrieval } from '../../src/model/retrieval.ts';
import type { SubjectState } from '../../src/ports/evidence-index.ts';
import { failure } from '../assess/rows-of.ts';

const TYPE = 'AWS::Demo::Box';
const SOURCE = 'check:demo-box-locked';
const call = (operation: string): Retrieval => ({
  v: 1,
  service: 'demo',
  operation,
  input: {},
  page: 1,
  account: '111122223333',
  region: 'eu-west-1',
  caller: 'arn:aws:iam::111122223333:role/reader',
  requestId: 'R',
  startedAt: '2026-10-01T02:00:00.000Z',
  endedAt: '2026-10-01T02:00:00.000Z',
  attempts: 1,
  sdk: 'test',
  answer: {},
  redactions: [],
  sha256: sha256Hex(operation),
});

const contextAt = (at: string): TaskContext => ({
  identity: identity(Buffer.alloc(32, 1)),
  run: '00000000-0000-8000-8000-000000000001',
  at,
  task: { account: '111122223333', region: 'eu-west-1', service: 'demo' },
  retrievals: [call('ListBoxes'), call('GetBox')],
  retrievalsObject: sha256Hex('object'),
});
const subject = (given: Partial<JudgedSubject> = {}): JudgedSubject => ({
  subject: 'box-1',
  resourceType: TYPE,
  name: 'box-1',
  location: undefined,
  outcome: 'compliant',
  reason: 'it is locked',
  facts: { locked: true },
  failures: {},
  judgement: { sha256: sha256Hex('check'), expect: 'resource.locked', params: {} },
  lines: [1, 2],
  ...given,
});
const listed = (...subjects: JudgedSubject[]): JudgedSource => ({
  source: SOURCE,
  resourceType: TYPE,
  subjects,
  failure: undefined,
  lines: [1],
});
const unknown: JudgedSource = {
  ...listed(
    subject({
      subject: `population:${TYPE}`,
      name: TYPE,
      outcome: 'inconclusive',
      facts: {},
      failures: { population: failure() },
      judgement: undefined,
      lines: [1],
    }),
  ),
  failure: failure(),
};

const hashOf = (body: Evidence): string => sha256Hex(canonicalize(body));
/** The digest as the format describes it, computed from the description alone. */
const digestOf = (states: [string, string][]): string => {
  const lines = states.map(([name, hash]) => `${name}\t${hash}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
};

/** Runs one after another, as the index would remember them. */
function story() {
  const states = new Map<string, SubjectState>();
  return (at: string, source: JudgedSource) => {
    const { evidence, observations } = taskBodies(contextAt(at), [source], () => new Map(states));
    for (const body of evidence) {
      EvidenceSchema.parse(body);
      // As a body that was read back from the ledger: canonical, so its keys are in another order.
      const readBack = JSON.parse(canonicalize(body)) as Evidence;
      if (body.change === 'absent') states.delete(body.subject);
      else states.set(body.subject, { subject: body.subject, hash: hashOf(body), at, evidence: readBack });
    }
    Observations.parse(observations);
    const [observation] = observations.observations;
    return { evidence, changes: evidence.map((it) => [it.subject, it.change]), observation, states };
  };
}
const day = (n: number, month = 10): string => `2026-${month}-${String(n).padStart(2, '0')}T02:00:00.000Z`;

describe('evidence grows with change', () => {
  it('is written when a subject is first seen, with what it rests on', () => {
    const { evidence } = story()(day(1), listed(subject()));
    expect(evidence).toMatchObject([{ change: 'first', subject: 'box-1', source: SOURCE, previous: null, at: day(1) }]);
    expect(evidence[0]?.retrievals).toEqual([
      { operation: 'demo:ListBoxes', object: sha256Hex('object'), line: 1, sha256: sha256Hex('ListBoxes') },
      { operation: 'demo:GetBox', object: sha256Hex('object'), line: 2, sha256: sha256Hex('GetBox') },
    ]);
  });

  it('is not written again while nothing changed, though it is observed', () => {
    const run = story();
    const first = run(day(1), listed(subject()));
    const second = run(day(2), listed(subject()));
    expect(second.changes).toEqual([]);
    expect(second.observation).toEqual({ ...first.observation, day: '2026-10-02' });
  });

  it.each<[string, Partial<JudgedSubject>]>([
    ['the outcome', { outcome: 'non_compliant' }],
    ['a fact', { facts: { locked: 1 } }],
    ['a fact that cannot be read any more', { facts: {}, failures: { locked: failure() } }],
    [
      'the parameters of the check',
      { judgement: { sha256: sha256Hex('check'), expect: 'resource.locked', params: { a: 1 } } },
    ],
    ['the check itself', { judgement: { sha256: sha256Hex('other'), expect: 'resource.locked', params: {} } }],
    ['the name', { name: 'box one' }],
  ])('is written when %s changes, and leads back to the state before', (_what, given) => {
    const run = story();
    const [before] = run(day(1), listed(subject())).evidence;
    const { evidence } = run(day(2), listed(subject(given)));
    expect(evidence).toMatchObject([{ change: 'changed', previous: before && hashOf(before) }]);
  });

  it('is not written for another reason, other lines, or another request id and message of the same failure', () => {
    const run = story();
    const unread = { outcome: 'inconclusive' as const, facts: {} };
    run(day(1), listed(subject({ ...unread, failures: { locked: failure() } })));
    const same = failure({ requestId: 'R2', message: 'not authorized today' });
    expect(
      run(day(2), listed(subject({ ...unread, reason: 'for 2 days', failures: { locked: same }, lines: [2] }))).changes,
    ).toEqual([]);
    const other = failure({ name: 'Throttling', kind: 'throttled' });
    expect(run(day(3), listed(subject({ ...unread, failures: { locked: other } }))).changes).toEqual([
      ['box-1', 'changed'],
    ]);
  });

  it('does not depend on the order in which facts and failures stand', () => {
    const run = story();
    const failures = { policy: failure(), acl: failure({ operation: 's3:GetBucketAcl' }) };
    run(day(1), listed(subject({ outcome: 'inconclusive', facts: { b: 1, a: 2 }, failures })));
    const turned = { acl: failures.acl, policy: failures.policy };
    for (const it of [failures, turned]) {
      expect(
        run(day(2), listed(subject({ outcome: 'inconclusive', facts: { a: 2, b: 1 }, failures: it }))).changes,
      ).toEqual([]);
    }
  });

  it('is written once at the first run of a month, whenever in the month that is', () => {
    const run = story();
    run(day(1), listed(subject()));
    expect(run(day(31), listed(subject())).changes).toEqual([]);
    expect(run(day(3, 11), listed(subject())).changes).toEqual([['box-1', 'keyframe']]);
    expect(run(day(4, 11), listed(subject())).changes).toEqual([]);
    expect(run(day(1, 12), listed(subject({ outcome: 'non_compliant' }))).changes).toEqual([['box-1', 'changed']]);
  });

  it('is written when a subject is gone, with the listing that shows it and its last outcome', () => {
    const run = story();
    const [before] = run(day(1), listed(subject({ outcome: 'non_compliant' }))).evidence;
    const { evidence, observation } = run(day(2), listed());
    expect(evidence).toMatchObject([
      {
        change: 'absent',
        outcome: 'non_compliant',
        facts: {},
        previous: before && hashOf(before),
        retrievals: [{ line: 1 }],
      },
    ]);
    expect(observation).toMatchObject({ population: 0, complete: true, digest: digestOf([]) });
    expect(run(day(3), listed()).changes).toEqual([]);
    expect(run(day(4), listed(subject())).changes).toEqual([['box-1', 'first']]);
  });
});

describe('a population that cannot be listed', () => {
  it('makes nothing absent and is one inconclusive subject', () => {
    const run = story();
    run(day(1), listed(subject(), subject({ subject: 'box-2' })));
    const { changes, observation } = run(day(2), unknown);
    expect(changes).toEqual([[`population:${TYPE}`, 'first']]);
    expect(observation).toMatchObject({
      population: 1,
      complete: false,
      counts: { inconclusive: 1, compliant: 0 },
      failure: failure(),
    });
    expect(run(day(3), unknown).changes).toEqual([]);
  });

  it('becomes absent when it can be listed again, and its subjects are as they were', () => {
    const run = story();
    run(day(1), listed(subject(), subject({ subject: 'box-2' })));
    run(day(2), unknown);
    const { changes, states } = run(day(3), listed(subject()));
    expect(changes).toEqual([
      ['box-2', 'absent'],
      [`population:${TYPE}`, 'absent'],
    ]);
    expect([...states.keys()]).toEqual(['box-1']);
  });
});

describe('an observation', () => {
  it('counts every subject and commits to the newest evidence of each', () => {
    const run = story();
    run(day(1), listed(subject(), subject({ subject: 'box-2', outcome: 'non_compliant' })));
    const third = subject({ subject: 'Box-3', outcome: 'not_applicable' });
    const { observation, states } = run(day(2), listed(subject(), subject({ subject: 'box-2' }), third));
    expect(observation).toMatchObject({
      population: 3,
      counts: { compliant: 2, not_applicable: 1 },
      day: '2026-10-02',
    });
    expect(observation?.digest).toBe(digestOf([...states].map(([name, { hash }]) => [name, hash])));
  });

  it('is made for a source without subjects too', () => {
    expect(story()(day(1), listed()).observation).toMatchObject({ population: 0, complete: true });
  });
});

describe('ids of bodies', () => {
  it('are the same for the same run and time, and others at another time of one run', () => {
    const idsAt = (at: string) =>
      taskBodies(contextAt(at), [listed(subject())], () => new Map()).evidence.map((it) => it.id);
    expect(idsAt(day(1))).toEqual(idsAt(day(1)));
    expect(idsAt(day(1))).not.toEqual(idsAt(day(2)));
  });
});
