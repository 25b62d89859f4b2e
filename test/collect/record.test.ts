import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RetrievalFailure } from '../../src/collect/failure.ts';
import { recordTask } from '../../src/collect/record.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type FailureKind, Retrieval } from '../../src/model/retrieval.ts';
import { account, at, err, ok, type Table, tableCloud } from './table-cloud.ts';

const task = { account, region: 'eu-west-1', service: 'svc' };
const Any = z.record(z.string(), z.unknown());
const page = { items: z.string(), at: 'Items', token: { out: 'Next', in: 'Token', more: 'More' } };

function recorder(table: Table, limits = {}) {
  const cloud = tableCloud(table);
  return { cloud, recorder: recordTask({ cloud, task, at, redact: { secret: 's' }, limits }) };
}

async function failureOf(reading: Promise<unknown>): Promise<RetrievalFailure['failure']> {
  const thrown = await reading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof RetrievalFailure) return thrown.failure;
  throw new Error(`expected a RetrievalFailure, got ${String(thrown)}`);
}

describe('one call', () => {
  it('is recorded as the model says, with the hash of the canonical answer', async () => {
    const { recorder: it } = recorder({ 'svc:Get': ok({ b: 1, a: 'x' }) });
    await it.aws.get('svc:Get', { Id: 'i' }, Any);
    const [retrieval] = it.retrievals;
    expect(Retrieval.parse(retrieval)).toMatchObject({ service: 'svc', operation: 'Get', input: { Id: 'i' }, page: 1 });
    expect(retrieval?.sha256).toBe(sha256Hex(canonicalize({ a: 'x', b: 1 })));
  });

  it('is made once for all views, and each view knows that it used it', async () => {
    const { cloud, recorder: it } = recorder({ 'svc:Get': ok({ a: 1 }) });
    const [one, two] = [it.view(), it.view()];
    await Promise.all([one.aws.get('svc:Get', { x: 1, y: 2 }, Any), two.aws.get('svc:Get', { y: 2, x: 1 }, Any)]);
    expect(cloud.calls).toHaveLength(1);
    expect(one.used()).toEqual(it.retrievals);
    expect(two.used()).toEqual(it.retrievals);
    expect(it.view().used()).toEqual([]);
  });

  it('is made again when asked for afresh, and the new answer is shared from then on', async () => {
    const { cloud, recorder: it } = recorder({ 'svc:Get': (_, nth) => ok({ nth }) });
    const Nth = z.object({ nth: z.number() });
    await it.aws.get('svc:Get', {}, Nth);
    expect(await it.aws.get('svc:Get', {}, Nth, { fresh: true })).toEqual({ nth: 1 });
    expect(await it.aws.get('svc:Get', {}, Nth)).toEqual({ nth: 1 });
    expect(cloud.calls).toHaveLength(2);
  });

  it('that fails throws the real error, and is shared as a failure too', async () => {
    const { cloud, recorder: it } = recorder({ 'svc:Get': err('denied', 'AccessDenied') });
    const first = await failureOf(it.aws.get('svc:Get', {}, Any));
    await failureOf(it.aws.get('svc:Get', {}, Any));
    expect(first).toEqual({
      operation: 'svc:Get',
      kind: 'denied',
      name: 'AccessDenied',
      message: 'because',
      status: 400,
      requestId: 'req-svc:Get',
    });
    expect(cloud.calls).toHaveLength(1);
    expect(Retrieval.safeParse(it.retrievals[0]).success).toBe(true);
  });

  it('that fails with a secret in name and message is recorded without them, and says where they were', async () => {
    const id = `AKIA${'IOSFODNN7EXAMPLE'}`;
    const error = { kind: 'rejected', name: `Bad ${id}`, message: 'password=hunter2 is wrong', status: 400 } as const;
    const { recorder: it } = recorder({ 'svc:Get': { error } });
    await failureOf(it.aws.get('svc:Get', {}, Any));
    expect(JSON.stringify(it.retrievals)).not.toMatch(/AKIAIO|hunter2/);
    expect(it.retrievals[0]?.redactions.map((one) => one.path)).toEqual(['/message', '/name']);
  });

  it('of another shape is unparsable, with the place and without the value', async () => {
    const { recorder: it } = recorder({ 'svc:Get': ok({ Users: [{ Name: 'a' }, { Name: 42 }] }) });
    const shape = z.object({ Users: z.array(z.object({ Name: z.string() })) });
    const failure = await failureOf(it.aws.get('svc:Get', {}, shape));
    expect(failure).toMatchObject({ kind: 'unparsable', requestId: 'req-svc:Get' });
    expect(failure.message).toContain('/Users/1/Name');
    expect(failure.message).not.toContain('42');
  });

  it('by a cloud that breaks its promise and throws is a failed call', async () => {
    const cloud = { call: () => Promise.reject(new Error('socket gone')), pause: async () => {} };
    const it = recordTask({ cloud, task, at, redact: { secret: 's' } });
    expect(await failureOf(it.aws.get('svc:Get', {}, Any))).toMatchObject({ kind: 'network' });
    expect(Retrieval.safeParse(it.retrievals[0]).success).toBe(true);
  });

  it('gives readers the redacted answer, and AWS the original back in the next input', async () => {
    const id = `AKIA${'IOSFODNN7EXAMPLE'}`;
    const { cloud, recorder: it } = recorder({ 'svc:List': ok({ Id: id, Password: 'p' }), 'svc:Get': ok({}) });
    const answer = await it.aws.get('svc:List', {}, z.object({ Id: z.string() }));
    await it.aws.get('svc:Get', { Id: answer.Id }, Any);
    expect(answer.Id).toMatch(/^redacted:.*:MPLE$/);
    expect(cloud.calls[1]?.input).toEqual({ Id: id });
    expect(JSON.stringify(it.retrievals)).not.toContain(id);
    expect(it.retrievals[0]?.redactions.map((one) => one.path)).toEqual(['/Id', '/Password']);
  });
});

describe('absence', () => {
  const table: Table = {
    'svc:Absent': err('rejected', 'NoSuchThing'),
    'svc:Denied': err('denied', 'NoSuchThing'),
    'svc:Other': err('rejected', 'Other'),
    'svc:Off': { error: { kind: 'denied', name: 'NoAccess', message: 'is not enabled here' } },
    'svc:Refused': { error: { kind: 'denied', name: 'NoAccess', message: 'you may not' } },
  };
  const said = { names: ['NoSuchThing'], source: 'https://docs.aws.amazon.com/' };
  const worded = { names: ['NoAccess'], words: /is not enabled/, source: said.source };
  const absences = {
    'svc:Absent': said,
    'svc:Denied': said,
    'svc:Other': said,
    'svc:Off': worded,
    'svc:Refused': worded,
  };
  const aws = () => recordTask({ cloud: tableCloud(table), task, at, redact: { secret: 's' }, absences }).aws;

  it('is null only where the service itself says so by name', async () => {
    expect(await aws().getOrAbsent('svc:Absent', {}, Any)).toBeNull();
  });

  it('is told from a refusal of the same name by its words', async () => {
    expect(await aws().getOrAbsent('svc:Off', {}, Any)).toBeNull();
  });

  it.each(['svc:Denied', 'svc:Other', 'svc:Refused'] as const)('%s is a failure', async (operation) => {
    expect((await failureOf(aws().getOrAbsent(operation, {}, Any))).operation).toBe(operation);
  });

  it('is never what nobody has listed', async () => {
    const asked = recordTask({ cloud: tableCloud(table), task, at, redact: { secret: 's' } }).aws;
    await expect(asked.getOrAbsent('svc:Absent', {}, Any)).rejects.toMatchObject({
      code: 'collect-absence-undeclared',
    });
  });
});

describe('calls of other services', () => {
  const table: Table = { 'other:Read': ok({}), 'svc:Read': ok({}) };
  const aws = (borrows?: readonly 'other:Read'[]) =>
    recordTask({ cloud: tableCloud(table), task, at, redact: { secret: 's' }, ...(borrows ? { borrows } : {}) }).aws;

  it('are made where the service says that it borrows them, and no others', async () => {
    expect(await aws(['other:Read']).get('other:Read', {}, Any)).toEqual({});
    expect(await aws([]).get('svc:Read', {}, Any)).toEqual({});
    await expect(aws([]).get('other:Read', {}, Any)).rejects.toMatchObject({ code: 'collect-not-borrowed' });
  });
});

describe('a list', () => {
  const pages = (...answers: JsonObject[]): Table => ({
    'svc:List': (input) => ok(answers[Number(input.Token ?? 0)] ?? {}),
  });

  it('holds all items of all pages, each page recorded with its number', async () => {
    const { recorder: it } = recorder(
      pages(
        { Items: ['a'], More: true, Next: '1' },
        { Items: [], More: true, Next: '2' },
        { Items: ['b'], More: false },
      ),
    );
    expect(await it.aws.list('svc:List', { Max: 1 }, page)).toEqual(['a', 'b']);
    expect(it.ordered().map((one) => [one.page, one.input])).toEqual([
      [1, { Max: 1 }],
      [2, { Max: 1, Token: '1' }],
      [3, { Max: 1, Token: '2' }],
    ]);
  });

  it.each<[string, JsonObject[], FailureKind, RegExp]>([
    [
      'a repeated token',
      [
        { Items: ['a'], Next: '1' },
        { Items: ['b'], Next: '1' },
      ],
      'unparsable',
      /same page token/,
    ],
    ['a page without the items', [{ Items: ['a'], Next: '1' }, {}], 'unparsable', /\/Items/],
    ['items that are none', [{ Items: ['a', 7] }], 'unparsable', /\/Items\/1/],
    ['more to come and no token', [{ Items: ['a'], More: true }], 'unparsable', /\/More/],
    ['a token that is no text', [{ Items: ['a'], Next: 7 }], 'unparsable', /\/Next/],
    ['a sign of more under another name', [{ Items: ['a'], NextToken: 'x' }], 'unparsable', /\/NextToken/],
  ])('with %s fails as a whole', async (_, answers, kind, message) => {
    const { recorder: it } = recorder(pages(...answers));
    const failure = await failureOf(it.aws.list('svc:List', {}, page));
    expect(failure.kind).toBe(kind);
    expect(failure.message).toMatch(message);
  });

  it('whose later page is refused fails as a whole', async () => {
    const table: Table = {
      'svc:List': (input) => (input.Token ? err('throttled', 'Throttling') : ok({ Items: ['a'], Next: '1' })),
    };
    expect(await failureOf(recorder(table).recorder.aws.list('svc:List', {}, page))).toMatchObject({
      kind: 'throttled',
    });
  });

  it('of more pages than the limit fails', async () => {
    const table: Table = { 'svc:List': (_, nth) => ok({ Items: ['a'], Next: String(nth) }) };
    const failure = await failureOf(recorder(table, { pages: 20 }).recorder.aws.list('svc:List', {}, page));
    expect(failure.message).toContain('more than 20 pages');
  });

  it('of one page by its reader, which AWS says has more, fails', async () => {
    const { recorder: it } = recorder({ 'svc:List': ok({ Items: ['a'], IsTruncated: true }) });
    const failure = await failureOf(it.aws.list('svc:List', {}, { items: z.string(), at: 'Items' }));
    expect(failure.message).toContain('/IsTruncated');
  });

  it('may miss its array only where the reader says so', async () => {
    const { recorder: it } = recorder({ 'svc:List': ok({}) });
    const single = { items: z.string(), at: 'Items' };
    expect(await it.aws.list('svc:List', {}, { ...single, optional: true })).toEqual([]);
    expect(await failureOf(it.aws.list('svc:List', {}, single))).toMatchObject({ kind: 'unparsable' });
  });
});

describe('an answer beyond the bounds', () => {
  const deep = (levels: number): JsonObject => (levels === 1 ? { end: 1 } : { in: deep(levels - 1) });

  it.each<[string, JsonObject, object]>([
    ['too many bytes', { a: 'x'.repeat(1000) }, { bytes: 500 }],
    ['too many bytes in UTF-8', { a: 'é'.repeat(300) }, { bytes: 500 }],
    ['too many small values', { a: Array.from({ length: 400 }, () => 0) }, { bytes: 500 }],
    ['too deep', deep(65), {}],
    ['far too deep for any recursion', deep(5_000), {}],
  ])('%s is too_large, and recorded as that', async (_, answer, limits) => {
    const { recorder: it } = recorder({ 'svc:Get': ok(answer) }, limits);
    expect(await failureOf(it.aws.get('svc:Get', {}, Any))).toMatchObject({ kind: 'too_large' });
    expect(Retrieval.parse(it.retrievals[0])).not.toHaveProperty('answer');
  });

  it('at the bound is taken', async () => {
    const { recorder: it } = recorder({ 'svc:Get': ok(deep(64)) });
    expect(await it.aws.get('svc:Get', {}, Any)).toEqual(deep(64));
  });

  it('with half a surrogate pair is unparsable', async () => {
    const { recorder: it } = recorder({ 'svc:Get': ok({ a: '\ud800' }) });
    expect(await failureOf(it.aws.get('svc:Get', {}, Any))).toMatchObject({ kind: 'unparsable' });
  });
});
