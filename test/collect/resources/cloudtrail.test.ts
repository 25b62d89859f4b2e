import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventSelectors, recordedBy } from '../../../src/collect/resources/cloudtrail/event-selectors.ts';
import type { CallError } from '../../../src/model/retrieval.ts';
import {
  changed,
  denied,
  fixture,
  hasRealAnswers,
  populationOf,
  read,
  readAgain,
  realAnswers,
  rejected,
  resourceOf,
} from './recorded.ts';

const trails = fixture('cloudtrail/three-trails.json');
const TRAIL = 'AWS::CloudTrail::Trail';
const REGIONAL = 'AWS::CloudTrail::RegionalTrails';
const REGION = 'eu-central-1';
const arn = (name: string, region = REGION) => `arn:aws:cloudtrail:${region}:111122223333:trail/${name}`;
const list = { call: 'cloudtrail:DescribeTrails', input: { includeShadowTrails: true } };

describe('CloudTrail trails', () => {
  it('are reported in their home region only', async () => {
    const { resources } = populationOf(await read('cloudtrail', trails, REGION), TRAIL);
    expect(resources.map((it) => it.id)).toEqual([arn('main'), arn('regional')]);
  });

  it('give every fact', async () => {
    const { facts, failures } = resourceOf(await read('cloudtrail', trails, REGION), TRAIL, 'main');
    expect(failures).toEqual({});
    expect(facts).toEqual({
      multiRegion: true,
      organization: true,
      logValidation: true,
      kmsKeyId: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      logGroupArn: 'arn:aws:logs:eu-central-1:111122223333:log-group:trail:*',
      bucket: 'trail',
      logging: true,
      latestDeliveryTime: '2026-10-01T01:55:00.000Z',
      latestDeliveryError: null,
      eventSelectors: { managementEvents: true, readWrite: 'All', narrowedBy: [], dataResources: [] },
      insights: ['ApiCallRateInsight', 'ApiErrorRateInsight'],
      deliversToBucket: true,
      deliversToLogGroup: false,
    });
  });

  it('have null for what is not set, and a delivery error where there is one', async () => {
    const { facts } = resourceOf(await read('cloudtrail', trails, REGION), TRAIL, 'regional');
    expect(facts).toMatchObject({
      organization: false,
      kmsKeyId: null,
      logGroupArn: null,
      logging: false,
      latestDeliveryTime: null,
      latestDeliveryError: 'AccessDenied',
      insights: [],
      deliversToBucket: false,
      deliversToLogGroup: null,
      eventSelectors: {
        managementEvents: false,
        readWrite: 'None',
        dataResources: [
          {
            type: 'AWS::S3::Object',
            readWrite: 'WriteOnly',
            conditions: ['resources.ARN StartsWith arn:aws:s3:::records/'],
          },
        ],
      },
    });
  });

  it('fail in exactly the facts that need the denied call', async () => {
    const refused = { call: 'cloudtrail:GetTrailStatus', input: { Name: arn('main') }, error: denied };
    const { failures } = resourceOf(await read('cloudtrail', changed(trails, refused), REGION), TRAIL, 'main');
    expect(Object.keys(failures).sort()).toEqual([
      'deliversToBucket',
      'deliversToLogGroup',
      'latestDeliveryError',
      'latestDeliveryTime',
      'logging',
    ]);
  });

  it.each<[name: string, error: CallError | undefined]>([
    ['is denied', denied],
    ['is refused in another way', rejected('UnsupportedOperationException', 400)],
    ['answers with nothing', undefined],
  ])('are not known to be without Insights when reading them %s', async (_, error) => {
    const call = { call: 'cloudtrail:GetInsightSelectors', input: { TrailName: arn('main') } };
    const change = error === undefined ? { ...call, answer: { TrailARN: arn('main') } } : { ...call, error };
    const { failures } = resourceOf(await read('cloudtrail', changed(trails, change), REGION), TRAIL, 'main');
    expect(Object.keys(failures)).toEqual(['insights']);
  });

  it.each([
    [{ LatestDeliveryTime: '2026-09-30T02:00:00.000Z' }, true],
    [{ LatestDeliveryTime: '2026-09-30T01:59:59.000Z' }, false],
    [{ LatestDeliveryTime: '2026-10-01T01:55:00.000Z', LatestDeliveryError: 'NoSuchBucket' }, false],
    [{}, false],
  ])('with the status %j deliver to the bucket: %s', async (status, delivers) => {
    const answer = { IsLogging: true, ...status };
    const change = { call: 'cloudtrail:GetTrailStatus', input: { Name: arn('main') }, answer };
    const { facts } = resourceOf(await read('cloudtrail', changed(trails, change), REGION), TRAIL, 'main');
    expect(facts.deliversToBucket).toBe(delivers);
  });

  it.each([
    [{ LatestCloudWatchLogsDeliveryTime: '2026-10-01T01:55:00.000Z' }, true],
    [{ LatestCloudWatchLogsDeliveryTime: '2026-10-01T01:55:00.000Z', LatestCloudWatchLogsDeliveryError: 'x' }, false],
    [{}, false],
  ])('with the status %j deliver to the log group: %s', async (status, delivers) => {
    const answer = { IsLogging: true, ...status };
    const change = { call: 'cloudtrail:GetTrailStatus', input: { Name: arn('main') }, answer };
    const { facts } = resourceOf(await read('cloudtrail', changed(trails, change), REGION), TRAIL, 'main');
    expect(facts.deliversToLogGroup).toBe(delivers);
  });

  it('read the same again from what was stored', async () => {
    const reading = await read('cloudtrail', trails, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });

  it('are an unknown population when they cannot be listed', async () => {
    const reading = await read('cloudtrail', changed(trails, { ...list, error: denied }), REGION);
    expect(populationOf(reading, TRAIL).failure).toMatchObject({ kind: 'denied' });
  });
});

describe('trails that cover a region', () => {
  it('are one subject, with the trails of other regions', async () => {
    const { resources } = populationOf(await read('cloudtrail', trails, REGION), REGIONAL);
    expect(resources.map((it) => [it.id, it.name])).toEqual([['cloudtrail:111122223333:eu-central-1', REGION]]);
    expect(resources[0]?.facts.trails).toEqual([
      {
        arn: arn('main'),
        multiRegion: true,
        logging: true,
        managementEvents: 'All',
        narrowedBy: [],
        logValidation: true,
      },
      {
        arn: arn('regional'),
        multiRegion: false,
        logging: false,
        managementEvents: 'None',
        narrowedBy: [],
        logValidation: false,
      },
      {
        arn: arn('everywhere', 'us-east-1'),
        multiRegion: true,
        logging: true,
        managementEvents: 'WriteOnly',
        narrowedBy: ['eventSource NotEquals kms.amazonaws.com'],
        logValidation: true,
      },
    ]);
  });

  it('have their data events listed, with what is left out', async () => {
    const { facts } = resourceOf(await read('cloudtrail', trails, REGION), REGIONAL, REGION);
    expect(facts.dataEvents).toEqual([
      {
        arn: arn('regional'),
        logging: false,
        type: 'AWS::S3::Object',
        readWrite: 'WriteOnly',
        conditions: ['resources.ARN StartsWith arn:aws:s3:::records/'],
      },
    ]);
  });

  it('are a subject with an empty list where there is none', async () => {
    const none = [{ ...list, answer: { trailList: [] } }];
    expect(resourceOf(await read('cloudtrail', none, REGION), REGIONAL, REGION).facts).toEqual({
      trails: [],
      dataEvents: [],
    });
  });

  it('fail, and are never an empty list, when trails or one of them cannot be read', async () => {
    for (const change of [
      { ...list, error: denied },
      { call: 'cloudtrail:GetEventSelectors', input: { TrailName: arn('everywhere', 'us-east-1') }, error: denied },
    ]) {
      const { facts, failures } = resourceOf(
        await read('cloudtrail', changed(trails, change), REGION),
        REGIONAL,
        REGION,
      );
      expect(failures.trails).toMatchObject({ operation: change.call, kind: 'denied' });
      expect(failures.dataEvents).toMatchObject({ operation: change.call, kind: 'denied' });
      expect(facts).toEqual({});
    }
  });
});

const management = (...fields: object[]) => ({
  FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...fields],
});
const record = (answer: object) => recordedBy(EventSelectors.parse(answer));

describe('event selectors', () => {
  it.each([
    ['All', management()],
    ['ReadOnly', management({ Field: 'readOnly', Equals: ['true'] })],
    ['WriteOnly', management({ Field: 'readOnly', Equals: ['false'] })],
    ['All', management({ Field: 'readOnly', Equals: ['true', 'false'] })],
  ])('record %s management events when advanced ones say so', (readWrite, selector) => {
    expect(record({ AdvancedEventSelectors: [selector] })).toMatchObject({ readWrite, narrowedBy: [] });
  });

  it('record all when one selector takes reads and another writes', () => {
    const selectors = [
      { ReadWriteType: 'ReadOnly', IncludeManagementEvents: true },
      { ReadWriteType: 'WriteOnly', IncludeManagementEvents: true },
      { ReadWriteType: 'All', IncludeManagementEvents: false },
    ];
    expect(record({ EventSelectors: selectors })).toMatchObject({ readWrite: 'All', narrowedBy: [] });
  });

  it('name every condition that leaves events out', () => {
    const narrow = management(
      { Field: 'eventSource', NotEquals: ['kms.amazonaws.com', 'rdsdata.amazonaws.com'] },
      { Field: 'userIdentity.arn', NotStartsWith: ['arn:aws:sts::111122223333:assumed-role/scanner'] },
    );
    expect(record({ AdvancedEventSelectors: [narrow] })).toMatchObject({
      readWrite: 'All',
      narrowedBy: [
        'eventSource NotEquals kms.amazonaws.com, rdsdata.amazonaws.com',
        'userIdentity.arn NotStartsWith arn:aws:sts::111122223333:assumed-role/scanner',
      ],
    });
  });

  it('are not narrowed by a condition that another selector makes up for', () => {
    const narrow = management({ Field: 'eventName', Equals: ['ConsoleLogin'] });
    expect(record({ AdvancedEventSelectors: [narrow, management()] })).toMatchObject({ narrowedBy: [] });
    const writes = management({ Field: 'readOnly', Equals: ['false'] });
    expect(record({ AdvancedEventSelectors: [narrow, writes] })).toMatchObject({
      readWrite: 'All',
      narrowedBy: ['eventName Equals ConsoleLogin'],
    });
  });

  const objects = (...Values: string[]) => ({
    EventSelectors: [
      { ReadWriteType: 'All', IncludeManagementEvents: true, DataResources: [{ Type: 'AWS::S3::Object', Values }] },
    ],
  });
  const advanced = (...fields: object[]) => ({
    AdvancedEventSelectors: [
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          ...fields,
        ],
      },
    ],
  });

  it.each([
    ['arn:aws:s3', objects('arn:aws:s3')],
    ['arn:aws:s3:::', objects('arn:aws:s3:::')],
    ['all of another partition', objects('arn:aws-us-gov:s3:::')],
    ['one bucket, and all', objects('arn:aws:s3:::records/', 'arn:aws:s3')],
    ['no ARN at all', advanced()],
    ['an ARN that every object has', advanced({ Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::'] })],
  ])('record all S3 objects with %s', (_, answer) => {
    const all = { type: 'AWS::S3::Object', readWrite: 'All', conditions: [] };
    expect(record(answer).dataResources).toEqual([all]);
  });

  it.each([
    ['one bucket', objects('arn:aws:s3:::records/')],
    ['a wildcard, which values do not have', objects('arn:aws:s3:::*/*')],
    ['nothing', objects()],
    ['one bucket', advanced({ Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::records/'] })],
    [
      'all but one bucket',
      advanced({ Field: 'resources.ARN', StartsWith: ['arn:aws:s3:::'], NotStartsWith: ['arn:aws:s3:::records/'] }),
    ],
    ['one name of an event', advanced({ Field: 'eventName', Equals: ['DeleteObject'] })],
  ])('leave S3 objects out with %s', (_, answer) => {
    expect(record(answer).dataResources[0]?.conditions).not.toEqual([]);
  });

  it('record no management events without a selector for them', () => {
    expect(record({ EventSelectors: [] }).readWrite).toBe('None');
    expect(record({ AdvancedEventSelectors: [{ FieldSelectors: [] }] }).readWrite).toBe('None');
  });

  it('are refused when the answer has neither kind', () => {
    expect(EventSelectors.safeParse({ TrailARN: arn('main') }).success).toBe(false);
  });

  it('never record less when a selector is added', () => {
    const selector = fc.record({
      ReadWriteType: fc.constantFrom('All', 'ReadOnly', 'WriteOnly'),
      IncludeManagementEvents: fc.boolean(),
      ExcludeManagementEventSources: fc.subarray(['kms.amazonaws.com', 'rdsdata.amazonaws.com']),
    });
    const reach = { None: [], ReadOnly: ['r'], WriteOnly: ['w'], All: ['r', 'w'] };
    fc.assert(
      fc.property(fc.array(selector, { maxLength: 4 }), selector, (some, another) => {
        const before = record({ EventSelectors: some });
        const after = record({ EventSelectors: [...some, another] });
        expect(reach[after.readWrite]).toEqual(expect.arrayContaining(reach[before.readWrite]));
      }),
    );
  });
});

describe.runIf(hasRealAnswers())('real answers of CloudTrail', () => {
  it.each([
    ['GetEventSelectors', { TrailName: arn('main') }, 'eventSelectors'],
    ['GetTrailStatus', { Name: arn('main') }, 'logging'],
  ])('of %s can all be read', async (operation, input, fact) => {
    const answers = realAnswers('cloudtrail', operation);
    expect(answers.length).toBeGreaterThan(10);
    for (const { data: answer } of answers) {
      const calls = changed(trails, { call: `cloudtrail:${operation}`, input, answer });
      const { facts } = resourceOf(await read('cloudtrail', calls, REGION), TRAIL, 'main');
      expect(facts[fact]).toBeDefined();
    }
  });

  it('of DescribeTrails can all be read', async () => {
    for (const { data: answer } of realAnswers('cloudtrail', 'DescribeTrails')) {
      const reading = await read('cloudtrail', changed(trails, { ...list, answer }), 'us-east-1');
      expect(populationOf(reading, TRAIL).failure).toBeUndefined();
    }
  });
});
