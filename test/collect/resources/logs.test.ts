import { describe, expect, it } from 'vitest';
import { matchesWildcard } from '../../../src/collect/resources/shared/wildcard.ts';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  resourceOf,
} from './recorded.ts';

const groups = fixture('logs/three-groups.json');
const TYPE = 'AWS::Logs::LogGroup';
const REGION = 'eu-central-1';
const list = { call: 'logs:DescribeLogGroups', input: { limit: 50 } };
const policies = { call: 'logs:DescribeResourcePolicies', input: {} };
const openTo = (resource: unknown) => {
  const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'logs:*', Resource: resource }];
  const policyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  return changed(groups, { ...policies, answer: { resourcePolicies: [{ policyName: 'Open', policyDocument }] } });
};

describe('CloudWatch log groups', () => {
  it('are found on all pages, by ARNs without the part that stands for streams', async () => {
    const { resources } = populationOf(await read('logs', groups, REGION), TYPE);
    expect(resources.map((it) => it.id)).toEqual(
      ['/app/web', '/aws/domains/audit-logs', 'trail'].map(
        (it) => `arn:aws:logs:eu-central-1:111122223333:log-group:${it}`,
      ),
    );
  });

  it('give every fact', async () => {
    const { facts, failures } = resourceOf(await read('logs', groups, REGION), TYPE, '/aws/domains/audit-logs');
    expect(failures).toEqual({});
    expect(facts).toMatchObject({
      retentionDays: 400,
      kmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      policies: [
        { name: 'OpenSearch', document: { Statement: [{ Sid: 'OpenSearchCloudWatchLogs' }] } },
        { name: 'Apps', document: { Version: '2012-10-17', Statement: [{ Sid: 'Others' }] } },
      ],
    });
  });

  it('have null for what is not set', async () => {
    const { facts } = resourceOf(await read('logs', groups, REGION), TYPE, 'trail');
    expect(facts).toMatchObject({ retentionDays: null, kmsKeyId: null });
  });

  it('have the statements that may concern them and no others', async () => {
    const { facts } = resourceOf(await read('logs', groups, REGION), TYPE, '/app/web');
    expect(facts.policies).toMatchObject([
      { name: 'Apps', document: { Statement: [{ Sid: 'Apps' }, { Sid: 'Others' }] } },
    ]);
  });

  it.each([
    ['*', true],
    ['arn:aws:logs:eu-central-1:111122223333:log-group:trail', true],
    ['arn:aws:logs:eu-central-1:111122223333:log-group:trail:*', true],
    ['arn:aws:logs:eu-central-1:111122223333:log-group:trail:log-stream:one', true],
    ['arn:aws:logs:*:*:log-group:tr?il*', true],
    [['arn:aws:logs:eu-central-1:111122223333:log-group:other', '*:trail:*'], true],
    [undefined, true],
    ['arn:aws:logs:eu-central-1:111122223333:log-group:trail2', false],
    ['arn:aws:logs:eu-central-1:111122223333:log-group:/app/*', false],
    [[], false],
  ])('are concerned by a statement about %j: %s', async (resource, expected) => {
    const { facts } = resourceOf(await read('logs', openTo(resource), REGION), TYPE, 'trail');
    expect(facts.policies).toHaveLength(expected ? 1 : 0);
  });

  it('ask for resource policies once, and lose that fact alone where they are denied', async () => {
    const reading = await read('logs', changed(groups, { ...policies, error: denied }), REGION);
    const { facts, failures } = resourceOf(reading, TYPE, 'trail');
    expect(Object.keys(failures)).toEqual(['policies']);
    expect(facts).toHaveProperty('retentionDays');
    expect(reading.retrievals.filter((it) => it.operation === 'DescribeResourcePolicies')).toHaveLength(1);
  });

  it('lose the policies where one of them cannot be read', async () => {
    const answer = { resourcePolicies: [{ policyName: 'Broken', policyDocument: '{' }] };
    const { failures } = resourceOf(
      await read('logs', changed(groups, { ...policies, answer }), REGION),
      TYPE,
      'trail',
    );
    expect(failures.policies).toMatchObject({ kind: 'unparsable' });
  });

  it('are an unknown population when the list is denied or is no list', async () => {
    const refused = await read('logs', changed(groups, { ...list, error: denied }), REGION);
    const empty = await read('logs', changed(groups, { ...list, answer: {} }), REGION);
    expect(populationOf(refused, TYPE).failure).toMatchObject({ kind: 'denied' });
    expect(populationOf(empty, TYPE).failure).toMatchObject({ kind: 'unparsable' });
  });

  it('are the same when the recording is read again', async () => {
    const reading = await read('logs', groups, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe('matchesWildcard', () => {
  it.each([
    ['*', '', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abbd', false],
    ['*b*', 'abc', true],
    ['a?c', 'abc', false],
    ['a?c', 'a?c', true],
    ['', 'a', false],
    ['a**', 'a', true],
  ])('%j stands for %j: %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  it('takes a question mark as one character where it is asked to', () => {
    expect(matchesWildcard('a?c', 'abc', { single: true })).toBe(true);
    expect(matchesWildcard('a?c', 'ac', { single: true })).toBe(false);
  });
});

describe.runIf(hasRealAnswers())('real answers of CloudWatch Logs', () => {
  it('of DescribeLogGroups and DescribeResourcePolicies can be read', async () => {
    for (const { data } of realAnswers('logs', 'DescribeLogGroups')) {
      const answer = { logGroups: data.logGroups ?? [] };
      const { resources, failure } = populationOf(
        await read('logs', changed(groups, { ...list, answer }), REGION),
        TYPE,
      );
      expect(failure).toBeUndefined();
      expect(resources).toHaveLength(Array.isArray(answer.logGroups) ? answer.logGroups.length : -1);
    }
    const real = realAnswers('logs', 'DescribeResourcePolicies');
    expect(real.length).toBeGreaterThan(0);
    for (const { data: answer } of real) {
      const { failures } = resourceOf(
        await read('logs', changed(groups, { ...policies, answer }), REGION),
        TYPE,
        'trail',
      );
      expect(failures).toEqual({});
    }
  });
});
