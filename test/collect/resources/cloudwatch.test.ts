import { describe, expect, it } from 'vitest';
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

const calls = fixture('cloudwatch/trails-and-alarms.json');
const ALARM = 'AWS::CloudWatch::Alarm';
const MONITORING = 'AWS::CloudWatch::RegionalMonitoring';
const REGION = 'eu-central-1';
const actions = ['arn:aws:sns:eu-central-1:111122223333:alerts'];
const alarms = { call: 'cloudwatch:DescribeAlarms', input: { AlarmTypes: ['MetricAlarm'], MaxRecords: 100 } };
const trails = { call: 'cloudtrail:DescribeTrails', input: { includeShadowTrails: true } };
const filters = { call: 'logs:DescribeMetricFilters', input: { logGroupName: 'trail' } };
const trail = (name: string) => `arn:aws:cloudtrail:eu-central-1:111122223333:trail/${name}`;

describe('CloudWatch alarms', () => {
  it('are found on all pages with every fact', async () => {
    const { resources } = populationOf(await read('cloudwatch', calls, REGION), ALARM);
    expect(resources.map((it) => it.name)).toEqual(['by-user', 'math', 'other-namespace', 'quiet-of-one-host', 'root']);
    expect(resources[4]).toMatchObject({
      id: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:root',
      facts: { actionsEnabled: true, alarmActions: actions, okActions: [], insufficientDataActions: [] },
      failures: {},
    });
    expect(resources[2]?.facts).toMatchObject({ actionsEnabled: false, alarmActions: [] });
  });

  it('are an unknown population when the list is denied', async () => {
    const reading = await read('cloudwatch', changed(calls, { ...alarms, error: denied }), REGION);
    expect(populationOf(reading, ALARM).failure).toMatchObject({ kind: 'denied' });
  });
});

describe('what watches a region', () => {
  const monitoring = async (changes = calls) =>
    resourceOf(await read('cloudwatch', changes, REGION), MONITORING, REGION);

  it('is one subject, with every trail that covers the region', async () => {
    const { id, facts, failures } = await monitoring();
    expect(failures).toEqual({});
    expect(id).toBe('cloudwatch:111122223333:eu-central-1');
    const base = { multiRegion: true, logging: true, logGroup: null, deliveryError: null };
    expect(facts.trails).toMatchObject([
      { ...base, arn: trail('main'), logGroup: 'trail' },
      { ...base, arn: trail('stopped'), logging: false, logGroup: 'stopped' },
      { ...base, arn: trail('broken'), logGroup: 'broken', deliveryError: 'AccessDenied' },
      { ...base, arn: trail('elsewhere'), logGroupArn: 'arn:aws:logs:us-east-1:111122223333:log-group:trail:*' },
      { ...base, arn: trail('other'), logGroupArn: 'arn:aws:logs:eu-central-1:444455556666:log-group:trail:*' },
      { ...base, arn: trail('plain'), logGroupArn: null },
    ]);
  });

  it('has the filters of log groups here that a running trail reaches, with their alarms', async () => {
    const { facts } = await monitoring();
    const delivering = [{ arn: trail('main'), managementEvents: 'WriteOnly', narrowedBy: [] }];
    const metric = (name: string) => ({ namespace: 'Trail', name, value: '1' });
    const filter = { logGroup: 'trail', fieldSelection: null, alarms: [], metrics: [], trails: delivering };
    expect(facts.filters).toEqual([
      {
        ...filter,
        name: 'root',
        pattern: '{ $.userIdentity.type = "Root" }',
        metrics: [metric('root')],
        alarms: [
          { name: 'root', actionsEnabled: true, actions },
          { name: 'math', actionsEnabled: true, actions },
        ],
      },
      { ...filter, name: 'quiet', pattern: '{ $.eventName = "StopLogging" }', metrics: [metric('quiet')] },
      { ...filter, name: 'by-user', pattern: '{ $.errorCode = "AccessDenied*" }' },
      { ...filter, name: 'one-account', pattern: '', fieldSelection: '@aws.account IN ["444455556666"]' },
    ]);
  });

  it('has no filters, and asks for no alarms, where no trail delivers', async () => {
    const { facts } = await monitoring(changed(calls, { ...trails, answer: { trailList: [] } }));
    expect(facts).toEqual({ trails: [], filters: [] });
  });

  it('fails in exactly the facts that need the denied call', async () => {
    const selectors = { call: 'cloudtrail:GetEventSelectors', input: { TrailName: trail('main') } };
    const lost = async (call: { call: string; input: object }) => {
      const { failures } = await monitoring(changed(calls, { ...call, input: { ...call.input }, error: denied }));
      return Object.keys(failures).toSorted();
    };
    expect(await lost(filters)).toEqual(['filters']);
    expect(await lost(alarms)).toEqual(['filters']);
    expect(await lost(selectors)).toEqual(['filters']);
    expect(await lost(trails)).toEqual(['filters', 'trails']);
    const status = { call: 'cloudtrail:GetTrailStatus', input: { Name: trail('plain') } };
    expect(await lost(status)).toEqual(['filters', 'trails']);
  });

  it('is the same when the recording is read again', async () => {
    const reading = await read('cloudwatch', calls, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});

describe.runIf(hasRealAnswers())('real answers', () => {
  it('of DescribeMetricFilters can be read', async () => {
    const real = realAnswers('logs', 'DescribeMetricFilters');
    expect(real.length).toBeGreaterThan(0);
    for (const { data } of real) {
      const changes = changed(calls, { ...filters, answer: { metricFilters: data.metricFilters ?? [] } });
      const { failures } = resourceOf(await read('cloudwatch', changes, REGION), MONITORING, REGION);
      expect(failures).toEqual({});
    }
  });

  it('of DescribeAlarms can be read', async () => {
    const real = realAnswers('monitoring', 'DescribeAlarms');
    expect(real.length).toBeGreaterThan(0);
    for (const { data } of real) {
      const found = data.MetricAlarms ?? [];
      const changes = changed(calls, { ...alarms, answer: { MetricAlarms: found } });
      const { failure, resources } = populationOf(await read('cloudwatch', changes, REGION), ALARM);
      expect(failure).toBeUndefined();
      expect(resources).toHaveLength(Array.isArray(found) ? found.length : -1);
    }
  });
});
