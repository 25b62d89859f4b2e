import { describe, expect, it } from 'vitest';
import { readTask } from '../../../src/collect/read-task.ts';
import { service } from '../../../src/collect/resources/config.ts';
import { Source } from '../../../src/model/evidence.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { account, at, err, ok, type Table, tableCloud } from '../table-cloud.ts';
import { hasRealAnswers, realAnswers } from './recorded.ts';

const task = { account, region: 'eu-west-1', service: 'config' };
const managed = (name: string, identifier: string, more: JsonObject = {}): JsonObject => ({
  ConfigRuleName: name,
  ConfigRuleState: 'ACTIVE',
  Source: { Owner: 'AWS', SourceIdentifier: identifier },
  ...more,
});
const custom = (name: string): JsonObject => ({
  ConfigRuleName: name,
  Source: { Owner: 'CUSTOM_LAMBDA', SourceIdentifier: 'arn:aws:lambda:x' },
});
const result = (type: string, id: string, compliance: string, more: JsonObject = {}): JsonObject => ({
  EvaluationResultIdentifier: { EvaluationResultQualifier: { ResourceType: type, ResourceId: id, ...more } },
  ComplianceType: compliance,
  ResultRecordedTime: at,
});
const bucket = (id: string, compliance: string) => result('AWS::S3::Bucket', id, compliance);

const base: Table = {
  'config:DescribeConfigurationRecorders': ok({
    ConfigurationRecorders: [
      {
        name: 'default',
        roleARN: 'arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig',
        recordingGroup: { allSupported: true, includeGlobalResourceTypes: false },
      },
      { name: 'AWSConfigurationRecorderForX', servicePrincipal: 'x.amazonaws.com' },
    ],
  }),
  'config:DescribeConfigurationRecorderStatus': ok({
    ConfigurationRecordersStatus: [{ name: 'default', recording: true, lastStatus: 'Success' }],
  }),
  'config:DescribeConfigRules': ok({ ConfigRules: [] }),
  'config:DescribeDeliveryChannels': ok({
    DeliveryChannels: [
      {
        name: 'default',
        s3BucketName: 'config-bucket',
        snsTopicARN: 'arn:aws:sns:eu-west-1:111122223333:config-topic',
        configSnapshotDeliveryProperties: { deliveryFrequency: 'TwentyFour_Hours' },
      },
    ],
  }),
  'config:DescribeDeliveryChannelStatus': channelStatus({
    configStreamDeliveryInfo: { lastStatusChangeTime: '2026-09-30T16:43:54.381Z', lastStatus: 'SUCCESS' },
    configHistoryDeliveryInfo: { lastAttemptTime: '2026-09-30T16:43:54.381Z', lastStatus: 'SUCCESS' },
    configSnapshotDeliveryInfo: {},
  }),
};

function channelStatus(info: JsonObject) {
  return ok({ DeliveryChannelsStatus: [{ name: 'default', ...info }] });
}

const read = (over: Table) =>
  readTask({ service, cloud: tableCloud({ ...base, ...over }), task, at, redact: { secret: 's' } });

function rules(list: JsonObject[], results: Record<string, JsonObject[]>, status: JsonObject = {}): Table {
  return {
    'config:DescribeConfigRules': ok({ ConfigRules: list }),
    'config:GetComplianceDetailsByConfigRule': (input) =>
      ok({ EvaluationResults: results[String(input.ConfigRuleName)] ?? [] }),
    'config:DescribeConfigRuleEvaluationStatus': ok({ ConfigRulesEvaluationStatus: [status] }),
  };
}

describe('the configuration recorder', () => {
  const facts = async (over: Table) => (await read(over)).populations[0];

  it('is the customer managed one, with its status', async () => {
    expect((await facts({}))?.resources).toMatchObject([
      {
        id: 'config:111122223333:eu-west-1',
        facts: { present: true, recording: true, allSupported: true, includeGlobal: false, lastStatus: 'Success' },
        failures: {},
      },
    ]);
  });

  it.each([
    ['SUCCESS', 'Success'],
    ['FAILURE', 'Failure'],
    ['Pending', 'Pending'],
    ['Not_Applicable', 'NotApplicable'],
  ])('has a status in one spelling: %s is %s', async (said, lastStatus) => {
    const status = { name: 'default', recording: true, lastStatus: said };
    const read = await facts({
      'config:DescribeConfigurationRecorderStatus': ok({ ConfigurationRecordersStatus: [status] }),
    });
    expect(read?.resources[0]?.facts).toMatchObject({ lastStatus });
  });

  it('with a status that Config does not know is not known to deliver', async () => {
    const status = { name: 'default', recording: true, lastStatus: 'Broken' };
    const read = await facts({
      'config:DescribeConfigurationRecorderStatus': ok({ ConfigurationRecordersStatus: [status] }),
    });
    expect(read?.resources[0]?.failures.lastStatus).toMatchObject({ kind: 'unparsable' });
  });

  it('tells its role, and fails in that alone where the answer has none', async () => {
    const role = 'arn:aws:iam::111122223333:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig';
    expect((await facts({}))?.resources[0]?.facts.role).toBe(role);
    const odd = await facts({
      'config:DescribeConfigurationRecorders': ok({ ConfigurationRecorders: [{ name: 'default' }] }),
    });
    expect(Object.keys(odd?.resources[0]?.failures ?? {})).toEqual(['role']);
  });

  it('is one subject, the same one, where there is none', async () => {
    const none = await facts({ 'config:DescribeConfigurationRecorders': ok({ ConfigurationRecorders: [] }) });
    expect(none?.resources).toMatchObject([
      {
        id: 'config:111122223333:eu-west-1',
        facts: {
          present: false,
          recording: false,
          allSupported: false,
          includeGlobal: false,
          lastStatus: null,
          role: null,
        },
      },
    ]);
  });

  it('is unknown where it could not be listed, which is not "there is none"', async () => {
    const denied = await facts({ 'config:DescribeConfigurationRecorders': err('denied', 'AccessDeniedException') });
    expect(denied).toMatchObject({ resources: [], failure: { kind: 'denied' } });
  });

  it('without a status of its own is not known to record', async () => {
    const lost = await facts({
      'config:DescribeConfigurationRecorderStatus': ok({ ConfigurationRecordersStatus: [] }),
    });
    expect(lost?.resources[0]?.failures.recording).toMatchObject({ kind: 'unparsable' });
    expect(lost?.resources[0]?.facts).toMatchObject({ present: true, allSupported: true });
  });
});

describe('the delivery channel', () => {
  const channel = async (over: Table) => (await read(over)).populations[1];

  it('gives every fact', async () => {
    expect((await channel({}))?.resources).toMatchObject([
      {
        id: 'config-delivery:111122223333:eu-west-1',
        name: 'default',
        facts: {
          present: true,
          bucket: 'config-bucket',
          kmsKeyId: null,
          topic: 'arn:aws:sns:eu-west-1:111122223333:config-topic',
          deliveries: [
            { kind: 'history', status: 'Success', error: null },
            { kind: 'stream', status: 'Success', error: null },
          ],
        },
        failures: {},
      },
    ]);
  });

  it('tells why a delivery failed', async () => {
    const configHistoryDeliveryInfo = { lastStatus: 'FAILURE', lastErrorCode: 'AccessDenied', lastErrorMessage: 'no' };
    const failed = await channel({
      'config:DescribeDeliveryChannelStatus': channelStatus({ configHistoryDeliveryInfo }),
    });
    const deliveries = [{ kind: 'history', status: 'Failure', error: 'AccessDenied' }];
    expect(failed?.resources[0]?.facts).toMatchObject({ deliveries });
  });

  it('is one subject, the same one, where there is none', async () => {
    const none = await channel({ 'config:DescribeDeliveryChannels': ok({ DeliveryChannels: [] }) });
    expect(none?.resources).toMatchObject([
      {
        id: 'config-delivery:111122223333:eu-west-1',
        facts: { present: false, bucket: null, kmsKeyId: null, topic: null, deliveries: [] },
      },
    ]);
  });

  it('is unknown where it could not be listed', async () => {
    const denied = await channel({ 'config:DescribeDeliveryChannels': err('denied', 'AccessDeniedException') });
    expect(denied).toMatchObject({ resources: [], failure: { kind: 'denied' } });
  });

  it.each([
    ['denied', err('denied', 'AccessDeniedException')],
    ['unparsable', ok({ DeliveryChannelsStatus: [] })],
    ['unparsable', channelStatus({ configHistoryDeliveryInfo: { lastStatus: 'Broken' } })],
  ])('has unknown deliveries alone when the status is %s', async (kind, answer) => {
    const one = (await channel({ 'config:DescribeDeliveryChannelStatus': answer }))?.resources[0];
    expect(Object.keys(one?.failures ?? {})).toEqual(['deliveries']);
    expect(one?.failures.deliveries).toMatchObject({ kind });
  });
});

describe('findings of Config rules', () => {
  it('have an outcome for each thing that Config says, and the subject that our checks use', async () => {
    const types: [string, string, string][] = [
      ['AWS::S3::Bucket', 'records', 'COMPLIANT'],
      ['AWS::EC2::Volume', 'vol-1', 'NON_COMPLIANT'],
      ['AWS::::Account', account, 'INSUFFICIENT_DATA'],
      ['AWS::IAM::User', 'AIDAEXAMPLE', 'NOT_APPLICABLE'],
      ['AWS::CloudTrail::Trail', 'arn:aws:cloudtrail:us-east-1:111122223333:trail/t', 'COMPLIANT'],
    ];
    const { findings } = await read(rules([managed('r', 'SOME_RULE')], { r: types.map((it) => result(...it)) }));
    expect(findings[0]?.findings.map((it) => [it.subject, it.outcome]).sort()).toEqual([
      ['111122223333', 'inconclusive'],
      ['AWS::IAM::User/AIDAEXAMPLE', 'not_applicable'],
      ['arn:aws:cloudtrail:us-east-1:111122223333:trail/t', 'compliant'],
      ['arn:aws:ec2:eu-west-1:111122223333:volume/vol-1', 'non_compliant'],
      ['arn:aws:s3:::records', 'compliant'],
    ]);
  });

  it('of several rules with one identifier are the worst of them, with all their names', async () => {
    const two = [managed('b', 'TLS', { InputParameters: '{"x":"1"}' }), managed('a', 'TLS')];
    const results = {
      a: [bucket('one', 'COMPLIANT'), bucket('two', 'NOT_APPLICABLE'), bucket('three', 'COMPLIANT')],
      b: [bucket('one', 'NON_COMPLIANT'), bucket('two', 'COMPLIANT'), bucket('three', 'INSUFFICIENT_DATA')],
    };
    const { findings } = await read(rules(two, results));
    expect(findings.map((it) => it.source)).toEqual(['config_rule:TLS']);
    const outcomes = Object.fromEntries(findings[0]?.findings.map((it) => [it.name, it.outcome]) ?? []);
    expect(outcomes).toEqual({ one: 'non_compliant', two: 'compliant', three: 'inconclusive' });
    expect(findings[0]?.findings[0]?.facts.rules).toEqual([
      { rule: 'a', compliance: 'COMPLIANT', annotation: null, parameters: null },
      { rule: 'b', compliance: 'NON_COMPLIANT', annotation: null, parameters: '{"x":"1"}' },
    ]);
  });

  it("name custom rules by their own name, and never by one that looks like AWS's", async () => {
    const list = [custom('our-rule'), custom('S3_BUCKET_SSL_REQUESTS_ONLY'), custom('with space')];
    const results = Object.fromEntries(list.map((it) => [it.ConfigRuleName, [bucket('b', 'COMPLIANT')]]));
    const { findings } = await read(rules(list, results));
    expect(findings.map((it) => Source.parse(it.source))).toEqual([
      'config_rule:custom.S3_BUCKET_SSL_REQUESTS_ONLY',
      'config_rule:our-rule',
      'config_rule:with_space',
    ]);
  });

  it('are no resources only after the rule was evaluated', async () => {
    const evaluated = await read(rules([managed('r', 'R')], {}, { LastSuccessfulEvaluationTime: at }));
    expect(evaluated.findings).toMatchObject([{ findings: [] }]);
    expect(evaluated.findings[0]?.failure).toBeUndefined();
    const never = await read(
      rules([managed('r', 'R')], {}, { LastErrorCode: 'AccessDenied', LastErrorMessage: 'role' }),
    );
    expect(never.findings[0]?.failure).toMatchObject({ kind: 'rejected', name: 'RuleNotEvaluated' });
    expect(never.findings[0]?.failure?.message).toContain('AccessDenied: role');
  });

  it('leave out what is being deleted, and what judges templates only', async () => {
    const list = [managed('gone', 'GONE', { ConfigRuleState: 'DELETING' }), managed('r', 'R')];
    const proactive = result('AWS::S3::Bucket', 'planned', 'NON_COMPLIANT', { EvaluationMode: 'PROACTIVE' });
    const { findings } = await read(rules(list, { r: [proactive, bucket('real', 'COMPLIANT')] }));
    expect(findings.map((it) => [it.source, it.findings.map((one) => one.name)])).toEqual([
      ['config_rule:R', ['real']],
    ]);
  });

  it('fail as a whole where one page of one rule cannot be read', async () => {
    const over = rules([managed('a', 'R'), managed('b', 'R')], {});
    const { findings } = await read({
      ...over,
      'config:GetComplianceDetailsByConfigRule': (input) => {
        if (input.NextToken) return err('throttled', 'ThrottlingException');
        return ok({
          EvaluationResults: [bucket('x', 'COMPLIANT')],
          ...(input.ConfigRuleName === 'b' ? { NextToken: 'n' } : {}),
        });
      },
    });
    expect(findings).toMatchObject([{ findings: [], failure: { kind: 'throttled' } }]);
  });

  it('with an outcome that Config does not know fail, instead of guessing', async () => {
    const { findings } = await read(rules([managed('r', 'R')], { r: [bucket('b', 'PERHAPS')] }));
    expect(findings[0]?.failure).toMatchObject({ kind: 'unparsable' });
  });
});

describe.runIf(hasRealAnswers())('real answers of AWS Config', () => {
  it.each([
    ['DescribeConfigurationRecorders', 0],
    ['DescribeDeliveryChannels', 1],
  ])('of %s can all be read', async (operation, index) => {
    const answers = realAnswers('config', operation);
    expect(answers.length).toBeGreaterThan(5);
    for (const { data } of answers) {
      const population = (await read({ [`config:${operation}`]: ok(data) })).populations[index];
      expect(population?.failure).toBeUndefined();
      expect(population?.resources[0]?.facts.present).toBe(true);
    }
  });

  it('of DescribeConfigurationRecorderStatus have a status that is known', async () => {
    for (const { data } of realAnswers('config', 'DescribeConfigurationRecorderStatus')) {
      const [status] = data.ConfigurationRecordersStatus as JsonObject[];
      if (status === undefined) continue;
      const answer = ok({ ConfigurationRecordersStatus: [{ ...status, name: 'default' }] });
      const [recorders] = (await read({ 'config:DescribeConfigurationRecorderStatus': answer })).populations;
      expect(recorders?.resources[0]?.facts.lastStatus).toBe('Success');
    }
  });
});
