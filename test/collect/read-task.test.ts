import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { replayCloud } from '../../src/adapters/replay/cloud.ts';
import { readTask } from '../../src/collect/read-task.ts';
import { population, type Service } from '../../src/collect/service.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { account, at, err, ok, type Table, tableCloud } from './table-cloud.ts';

const task = { account, region: 'eu-west-1', service: 'svc' };
const Thing = z.object({ Id: z.string() });
const Detail = z.object({ Value: z.string() });

const things = population({
  type: 'AWS::Svc::Thing',
  facts: { id: 'its id', value: 'its value', parsed: 'JSON inside its value' },
  permissions: ['svc:List', 'svc:Get'],
  async read(aws) {
    const listed = await aws.list('svc:List', {}, { items: Thing, at: 'Things', token: { out: 'Next', in: 'Token' } });
    return listed.map(({ Id }) => ({
      id: Id,
      name: `thing ${Id}`,
      facts: {
        id: () => Id,
        value: async (from) => (await from.get('svc:Get', { Id }, Detail)).Value,
        parsed: async (from) => JSON.parse((await from.get('svc:Get', { Id }, Detail)).Value),
      },
    }));
  },
});

const others = population({
  type: 'AWS::Svc::Other',
  facts: { a: 'a' },
  permissions: [],
  read: async (aws) => (await aws.list('svc:ListOthers', {}, { items: Thing, at: 'Others' })).map(() => ({}) as never),
});

const service: Service = {
  id: 'svc',
  scope: 'regional',
  populations: [things, others],
  findings: {
    permissions: [],
    read: async (aws) => {
      await aws.get('svc:Rules', {}, z.object({}));
      const set = (name: string) => ({
        source: `config_rule:${name}`,
        resourceType: 'AWS::Svc::Thing',
        read: async (from: typeof aws) => {
          const { Value } = await from.get('svc:Verdicts', { name }, Detail);
          const finding = { subject: 't1', resourceType: 'AWS::Svc::Thing', name: 't1', facts: {}, reason: Value };
          return [{ ...finding, outcome: 'compliant' as const }];
        },
      });
      return [set('B'), set('A')];
    },
  },
};

const table: Table = {
  'svc:List': (input) =>
    input.Token
      ? ok({ Things: [{ Id: 't3' }, { Id: 't2' }] })
      : ok({ Things: [{ Id: 't2' }, { Id: 't1' }], Next: 'n' }),
  'svc:Get': (input) => {
    if (input.Id === 't1') return ok({ Value: '{"a":1}' });
    return input.Id === 't2' ? err('denied', 'AccessDenied') : ok({ Value: 'no JSON' });
  },
  'svc:ListOthers': err('throttled', 'Throttling'),
  'svc:Rules': ok({}),
  'svc:Verdicts': (input) => (input.name === 'A' ? ok({ Value: 'fine' }) : err('server', 'InternalError')),
};

const read = (cloud = tableCloud(table), concurrency = 8) =>
  readTask({ service, cloud, task, at, redact: { secret: 's' }, concurrency });

describe('reading a task', () => {
  it('settles each fact on its own: what is known stays, what failed carries the real error', async () => {
    const { populations } = await read();
    const [t1, t2, t3] = populations[0]?.resources ?? [];
    expect(t1).toMatchObject({ id: 't1', region: 'eu-west-1', facts: { id: 't1', parsed: { a: 1 } }, failures: {} });
    expect(t2?.facts).toEqual({ id: 't2' });
    expect(t2?.failures).toMatchObject({ value: { kind: 'denied', name: 'AccessDenied', operation: 'svc:Get' } });
    expect(t3?.facts).toEqual({ id: 't3', value: 'no JSON' });
    expect(t3?.failures.parsed).toMatchObject({ kind: 'unparsable', operation: 'svc:Get', requestId: 'req-svc:Get' });
  });

  it('counts a resource once that stands on two pages, in order of ids', async () => {
    const { populations } = await read();
    expect(populations[0]?.resources.map((it) => it.id)).toEqual(['t1', 't2', 't3']);
  });

  it('gives a population that cannot be listed a failure, never an empty list in silence', async () => {
    const { populations } = await read();
    expect(populations[1]).toMatchObject({ type: 'AWS::Svc::Other', resources: [], failure: { kind: 'throttled' } });
  });

  it('points each fact at the lines of the calls it came from', async () => {
    const { populations, retrievals } = await read();
    const t1 = populations[0]?.resources[0];
    const called = (name: string) =>
      t1?.lines[name]?.map((line) => retrievals[line - 1]).map((it) => [it?.operation, it?.input]);
    expect(called('value')).toEqual([['Get', { Id: 't1' }]]);
    expect(called('parsed')).toEqual(called('value'));
    expect(called('')).toEqual([
      ['List', {}],
      ['List', { Token: 'n' }],
    ]);
    expect(called('id')).toEqual(called(''));
  });

  it('points a resource at the list and at its own call, where the list had to ask for each', async () => {
    const asking = population({
      type: 'AWS::Svc::Thing',
      facts: { value: 'its value' },
      permissions: [],
      async read(aws) {
        const listed = await aws.list('svc:ListOthers', {}, { items: Thing, at: 'Others' });
        return Promise.all(
          listed.map(async ({ Id }) => {
            const { Value } = await aws.get('svc:Get', { Id }, Detail);
            return { id: `arn:${Id}`, name: Id, facts: { value: () => Value } };
          }),
        );
      },
    });
    const others = ['a', 'b', 'c'].map((Id) => ({ Id }));
    const cloud = tableCloud({
      'svc:ListOthers': ok({ Others: others }),
      'svc:Get': (input) => ok({ Value: String(input.Id) }),
    });
    const { populations, retrievals } = await readTask({
      service: { id: 'svc', scope: 'regional', populations: [asking] },
      cloud,
      task,
      at,
      redact: { secret: 's' },
    });
    const calls = populations[0]?.resources.map(({ name, lines }) => [
      name,
      lines['']?.map((line) => retrievals[line - 1]).map((it) => it?.input.Id ?? it?.operation),
    ]);
    expect(calls).toEqual(others.map(({ Id }) => [Id, [Id, 'ListOthers']]));
  });

  it('reads findings per source, each with a failure of its own', async () => {
    const { findings, findingsFailure, retrievals } = await read();
    expect(findingsFailure).toBeUndefined();
    expect(findings.map((it) => [it.source, it.findings.length, it.failure?.kind])).toEqual([
      ['config_rule:A', 1, undefined],
      ['config_rule:B', 0, 'server'],
    ]);
    expect(findings[0]?.lines.map((line) => retrievals[line - 1]?.operation).sort()).toEqual(['Rules', 'Verdicts']);
  });

  it('says when the list of findings itself cannot be read', async () => {
    const reading = await read(tableCloud({ ...table, 'svc:Rules': err('denied', 'AccessDenied') }));
    expect(reading.findingsFailure).toMatchObject({ kind: 'denied', operation: 'svc:Rules' });
    expect(reading.findings).toEqual([]);
  });

  it('gives the same bytes whatever the order of the answers and the concurrency', async () => {
    const first = canonicalize(await read());
    for (const [seed, concurrency] of [
      [3, 1],
      [7, 2],
      [11, 50],
    ] as const) {
      const shuffled = tableCloud(table, (nth) => (nth * seed) % 5);
      expect(canonicalize(await read(shuffled, concurrency))).toBe(first);
    }
  });

  it('gives the same bytes from its own recording', async () => {
    const reading = await read();
    const again = await readTask({
      service,
      cloud: replayCloud(reading.retrievals),
      task,
      at,
      redact: { secret: 's' },
    });
    expect(canonicalize(again)).toBe(canonicalize(reading));
  });

  it('refuses a service that the task is not for', async () => {
    const wrong = readTask({
      service,
      cloud: tableCloud(table),
      task: { ...task, service: 'x' },
      at,
      redact: { secret: 's' },
    });
    await expect(wrong).rejects.toMatchObject({ code: 'collect-task-mismatch' });
  });
});
