import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTask } from '../../../src/collect/read-task.ts';
import { service } from '../../../src/collect/resources/securityhub.ts';
import { Source } from '../../../src/model/evidence.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { account, at, err, ok, type Table, tableCloud } from '../table-cloud.ts';
import { examples, readAgain } from './recorded.ts';

const REGION = 'eu-west-1';
const task = { account, region: REGION, service: 'securityhub' };
const STANDARD = 'arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0';
const BUCKET = 'arn:aws:s3:::records';

const definition = (SecurityControlId: string, more: JsonObject = {}): JsonObject => ({
  SecurityControlId,
  Title: 'A control',
  Description: 'A control.',
  RemediationUrl: 'https://docs.aws.amazon.com/console/securityhub/X/remediation',
  SeverityRating: 'HIGH',
  CurrentRegionAvailability: 'AVAILABLE',
  ...more,
});

const finding = (control: string, status: string, more: JsonObject = {}): JsonObject => ({
  SchemaVersion: '2018-10-08',
  Id: `arn:aws:securityhub:eu-west-1:111122223333:security-control/${control}/finding/a1b2c3d4`,
  ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/securityhub',
  ProductName: 'Security Hub CSPM',
  GeneratorId: `security-control/${control}`,
  AwsAccountId: account,
  Region: REGION,
  CreatedAt: '2026-09-01T00:00:00.000Z',
  UpdatedAt: '2026-09-30T20:00:00.123456Z',
  Title: 'A control',
  Description: 'A control.',
  Severity: { Label: 'HIGH' },
  Resources: [{ Type: 'AwsS3Bucket', Id: BUCKET, Partition: 'aws', Region: REGION }],
  Compliance: { Status: status, SecurityControlId: control },
  Workflow: { Status: status === 'PASSED' ? 'RESOLVED' : 'NEW' },
  RecordState: 'ACTIVE',
  ...more,
});

const controls = (...ids: string[]): Table => ({
  'securityhub:ListSecurityControlDefinitions': ok({ SecurityControlDefinitions: ids.map((it) => definition(it)) }),
});

const base: Table = {
  'securityhub:DescribeHub': ok({
    HubArn: 'arn:aws:securityhub:eu-west-1:111122223333:hub/default',
    SubscribedAt: '2025-11-28T22:14:06.771Z',
    AutoEnableControls: true,
    ControlFindingGenerator: 'SECURITY_CONTROL',
  }),
  'securityhub:GetEnabledStandards': ok({
    StandardsSubscriptions: [
      {
        StandardsSubscriptionArn: 'arn:aws:securityhub:eu-west-1:111122223333:subscription/x',
        StandardsArn: STANDARD,
        StandardsInput: {},
        StandardsStatus: 'READY',
      },
    ],
  }),
  ...controls('S3.5'),
  'securityhub:BatchGetSecurityControls': ({ SecurityControlIds }) =>
    ok({
      SecurityControls: (SecurityControlIds as string[]).map((SecurityControlId) => ({
        SecurityControlId,
        SecurityControlStatus: SecurityControlId === 'S3.99' ? 'DISABLED' : 'ENABLED',
      })),
      UnprocessedIds: [],
    }),
  'securityhub:GetFindings': ok({ Findings: [] }),
};

const cloudOf = (over: Table) => tableCloud({ ...base, ...over });
const read = (over: Table) => readTask({ service, cloud: cloudOf(over), task, at, redact: { secret: 's' } });
const found = (...Findings: JsonObject[]) => read({ 'securityhub:GetFindings': ok({ Findings }) });
const first = async (...Findings: JsonObject[]) => (await found(...Findings)).findings[0]?.findings[0];

const notEnabled = (message: string): Table => ({
  'securityhub:DescribeHub': { error: { kind: 'denied', name: 'InvalidAccessException', message, status: 401 } },
});

describe('Security Hub in a region', () => {
  const hub = async (over: Table) => (await read(over)).populations[0]?.resources[0];

  it('gives every fact', async () => {
    expect(await hub({})).toMatchObject({
      id: 'securityhub:111122223333:eu-west-1',
      facts: {
        enabled: true,
        autoEnableControls: true,
        controlFindingGenerator: 'SECURITY_CONTROL',
        standards: [{ arn: STANDARD, status: 'READY' }],
      },
      failures: {},
    });
  });

  it.each([
    'AccountId: 111122223333 is not enabled for securityhub. Currentstate: false',
    'Account 111122223333 is not subscribed to AWS Security Hub',
  ])('is off where it says "%s", and then nothing is asked of it', async (message) => {
    const cloud = cloudOf(notEnabled(message));
    const reading = await readTask({ service, cloud, task, at, redact: { secret: 's' } });
    expect(reading.populations[0]?.resources).toMatchObject([
      {
        facts: { enabled: false, autoEnableControls: null, controlFindingGenerator: null, standards: [] },
        failures: {},
      },
    ]);
    expect(reading.findings).toEqual([]);
    expect(reading.findingsFailure).toBeUndefined();
    expect(cloud.calls.map((it) => it.operation)).toEqual(['DescribeHub']);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });

  it.each([
    ['InvalidAccessException', "The account doesn't have permission to perform this action."],
    ['AccessDeniedException', 'User is not subscribed to AWS Security Hub'],
  ])('is unknown after %s with another text: that is a refusal', async (name, message) => {
    const refused = { error: { kind: 'denied', name, message, status: 401 } } as const;
    const reading = await read({ 'securityhub:DescribeHub': refused });
    expect(Object.keys(reading.populations[0]?.resources[0]?.failures ?? {})).toHaveLength(4);
    expect(reading.findingsFailure).toMatchObject({ kind: 'denied', name });
  });

  it('is on also where it does not say how', async () => {
    const HubArn = 'arn:aws:securityhub:eu-west-1:111122223333:hub/default';
    const one = await hub({ 'securityhub:DescribeHub': ok({ HubArn }) });
    expect(one?.facts).toMatchObject({ enabled: true, autoEnableControls: null, controlFindingGenerator: null });
  });

  it('fails in its standards alone when they cannot be listed', async () => {
    const one = await hub({ 'securityhub:GetEnabledStandards': err('denied', 'AccessDeniedException') });
    expect(Object.keys(one?.failures ?? {})).toEqual(['standards']);
    expect(one?.facts).toMatchObject({ enabled: true });
  });
});

describe('findings of Security Hub controls', () => {
  it.each([
    ['PASSED', 'compliant'],
    ['FAILED', 'non_compliant'],
    ['WARNING', 'inconclusive'],
    ['NOT_AVAILABLE', 'inconclusive'],
  ])('say of %s that it is %s', async (status, outcome) => {
    expect(await first(finding('S3.5', status))).toMatchObject({
      subject: BUCKET,
      resourceType: 'AWS::S3::Bucket',
      name: 'records',
      outcome,
      reason: `security-control/S3.5: ${status}`,
    });
  });

  it('fail, instead of guessing, with a status that Security Hub does not know', async () => {
    expect((await found(finding('S3.5', 'PERHAPS'))).findings[0]?.failure).toMatchObject({ kind: 'unparsable' });
  });

  it('give the reasons of a status, and the parameters of the control', async () => {
    const Compliance = {
      Status: 'WARNING',
      SecurityControlId: 'S3.5',
      StatusReasons: [{ ReasonCode: 'CONFIG_RECORDER_DISABLED', Description: 'Recording is off.' }],
      SecurityControlParameters: [{ Name: 'days', Value: ['30'] }],
    };
    const one = await first(finding('S3.5', 'WARNING', { Compliance }));
    expect(one?.reason).toBe('security-control/S3.5: WARNING (Recording is off.)');
    expect(one?.facts.findings).toMatchObject([
      { reasons: ['CONFIG_RECORDER_DISABLED'], parameters: [{ name: 'days', value: ['30'] }] },
    ]);
  });

  it('stay failures when suppressed, and say so', async () => {
    const one = await first(finding('S3.5', 'FAILED', { Workflow: { Status: 'SUPPRESSED' } }));
    expect(one).toMatchObject({
      outcome: 'non_compliant',
      reason: 'security-control/S3.5: FAILED (suppressed in Security Hub)',
      facts: { findings: [{ suppressed: true }] },
    });
  });

  it('of several standards are the worst of them, whatever their order', async () => {
    const of = (GeneratorId: string, status: string) => finding('S3.5', status, { GeneratorId });
    const both = [of('pci-dss/v/3.2.1/PCI.S3.5', 'FAILED'), of('aws-foundational/v/1.0.0/S3.5', 'PASSED')];
    const one = await first(...both);
    expect(one?.outcome).toBe('non_compliant');
    expect(one?.reason).toBe('aws-foundational/v/1.0.0/S3.5: PASSED; pci-dss/v/3.2.1/PCI.S3.5: FAILED');
    expect(await first(...both.toReversed())).toEqual(one);
  });

  it('never pass on a check that has not run for two days', async () => {
    const aged = (UpdatedAt: string, status = 'PASSED', more: JsonObject = {}) =>
      first(finding('S3.5', status, { UpdatedAt, ...more }));
    expect(await aged('2026-09-29T02:00:00.000Z')).toMatchObject({ outcome: 'compliant' });
    const stale = await aged('2026-09-29T01:59:59.000Z');
    expect(stale).toMatchObject({ outcome: 'inconclusive', facts: { findings: [{ stale: true }] } });
    expect(stale?.reason).toContain('last updated 2026-09-29T01:59:59.000Z, more than 48 hours ago');
    expect(await aged('2026-09-01T00:00:00.000Z', 'FAILED')).toMatchObject({ outcome: 'non_compliant' });
    const LastObservedAt = '2026-09-30T00:00:00.000Z';
    expect(await aged('2026-09-01T00:00:00.000Z', 'PASSED', { LastObservedAt })).toMatchObject({
      outcome: 'compliant',
    });
  });

  it('have the same facts after each check that says the same', async () => {
    const before = await first(finding('S3.5', 'PASSED'));
    const after = await first(finding('S3.5', 'PASSED', { UpdatedAt: at, LastObservedAt: at, Id: 'another' }));
    expect(after?.facts).toEqual(before?.facts);
  });

  it('are about the subject that our checks use, where that is sure', async () => {
    const resources: [type: string, id: string][] = [
      ['AwsAccount', 'AWS::::Account:111122223333'],
      ['AwsKmsKey', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'],
      ['AwsIamAccessKey', 'AWS::IAM::AccessKey:EXAMPLE'],
    ];
    const Resources = resources.map(([Type, Id]) => ({ Type, Id }));
    const { findings } = await found(finding('S3.5', 'FAILED', { Resources }));
    expect(findings[0]?.findings.map((it) => [it.subject, it.resourceType, it.name])).toEqual([
      ['111122223333', 'AWS::::Account', '111122223333'],
      ['AwsIamAccessKey/AWS::IAM::AccessKey:EXAMPLE', 'AwsIamAccessKey', 'AWS::IAM::AccessKey:EXAMPLE'],
      ['arn:aws:kms:eu-west-1:111122223333:key/1234abcd', 'AWS::KMS::Key', '1234abcd'],
    ]);
  });

  it.each<[string, JsonObject]>([
    ['another control', { Compliance: { Status: 'FAILED', SecurityControlId: 'S3.8' } }],
    ['no control', { Compliance: { Status: 'FAILED' } }],
    ['another account', { AwsAccountId: '444455556666' }],
    ['another region', { ProductArn: 'arn:aws:securityhub:us-east-1::product/aws/securityhub' }],
    ['another product', { ProductArn: 'arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default' }],
    ['the archive', { RecordState: 'ARCHIVED' }],
    ['no record state', { RecordState: null }],
  ])('of %s are left out, when an endpoint does not apply the filters', async (_, more) => {
    const { RecordState = 'ACTIVE', ...other } = finding('S3.5', 'FAILED', more);
    const odd = RecordState === null ? other : { ...other, RecordState };
    const reading = await found(odd, finding('S3.5', 'PASSED'));
    expect(reading.findings[0]?.findings.map((it) => it.outcome)).toEqual(['compliant']);
  });

  it('are asked for with those filters, twenty controls at once, all pages', async () => {
    const ids = Array.from({ length: 21 }, (_, it) => `EC2.${it + 1}`).sort();
    const cloud = cloudOf({
      ...controls(...ids),
      'securityhub:GetFindings': ({ NextToken }) =>
        ok(
          NextToken === undefined
            ? { Findings: [finding('EC2.1', 'PASSED')], NextToken: 'n' }
            : { Findings: [finding('EC2.2', 'FAILED')] },
        ),
    });
    const { findings } = await readTask({ service, cloud, task, at, redact: { secret: 's' } });
    expect(findings.map((it) => Source.parse(it.source))).toEqual(ids.map((it) => `security_hub:${it}`));
    const outcomes = findings.flatMap((it) => it.findings.map((one) => [it.source, one.outcome]));
    expect(outcomes).toEqual([
      ['security_hub:EC2.1', 'compliant'],
      ['security_hub:EC2.2', 'non_compliant'],
    ]);
    const asked = cloud.calls.filter((it) => it.operation === 'GetFindings');
    expect(asked).toHaveLength(4);
    const equals = (Value: string) => [{ Value, Comparison: 'EQUALS' }];
    expect(asked[0]?.input).toEqual({
      Filters: {
        AwsAccountId: equals(account),
        Region: equals(REGION),
        RecordState: equals('ACTIVE'),
        ComplianceSecurityControlId: ids.slice(0, 20).flatMap(equals),
      },
      MaxResults: 100,
    });
  });

  it('are of controls that are on, of AWS, and there in the region', async () => {
    const { findings } = await read({
      'securityhub:ListSecurityControlDefinitions': ok({
        SecurityControlDefinitions: [
          definition('S3.5'),
          definition('S3.99'),
          definition('Azure.1', { Provider: 'Azure' }),
          definition('EC2.1', { CurrentRegionAvailability: 'UNAVAILABLE' }),
        ],
      }),
    });
    expect(findings).toMatchObject([{ source: 'security_hub:S3.5', findings: [] }]);
  });

  it('are none of a standard that is being switched off', async () => {
    const deleting = { StandardsArn: STANDARD, StandardsStatus: 'DELETING' };
    const { findings } = await read({
      'securityhub:GetEnabledStandards': ok({ StandardsSubscriptions: [deleting] }),
    });
    expect(findings).toEqual([]);
  });

  it('are unknown as a whole when the status of a listed control is missing', async () => {
    const reading = await read({
      'securityhub:BatchGetSecurityControls': ok({ SecurityControls: [], UnprocessedIds: [] }),
    });
    expect(reading.findingsFailure).toMatchObject({ kind: 'unparsable' });
  });

  it('fail for the controls whose page cannot be read', async () => {
    const { findings } = await read({
      ...controls(...Array.from({ length: 21 }, (_, it) => `EC2.${it + 10}`)),
      'securityhub:GetFindings': (_, nth) =>
        nth === 0 ? err('throttled', 'LimitExceededException') : ok({ Findings: [] }),
    });
    expect(findings.filter((it) => it.failure !== undefined)).toHaveLength(20);
    expect(findings.filter((it) => it.failure === undefined).map((it) => it.source)).toEqual(['security_hub:EC2.30']);
  });

  it('read the same again from what was stored', async () => {
    const reading = await found(finding('S3.5', 'FAILED'));
    const again = await readAgain(reading);
    expect(again.findings).toEqual(reading.findings);
    expect(again.populations).toEqual(reading.populations);
  });
});

const asff = join(examples, 'extracted', 'asff-findings.ndjson');

describe.runIf(examples !== '' && existsSync(asff))('real findings in the AWS Security Finding Format', () => {
  const real = existsSync(asff)
    ? readFileSync(asff, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as JsonObject)
    : [];

  it('of other products, and archived ones, are never findings of a control', async () => {
    expect(real.length).toBeGreaterThan(30);
    const { findings } = await found(...real);
    expect(findings).toMatchObject([{ source: 'security_hub:S3.5', findings: [] }]);
    expect(findings[0]?.failure).toBeUndefined();
  });

  it('of Security Hub can be read, whole', async () => {
    const own = real.filter((it) => String(it.ProductArn).endsWith('::product/aws/securityhub'));
    expect(own.length).toBeGreaterThan(0);
    const here = own.map((it) => ({
      ...it,
      ProductArn: 'arn:aws:securityhub:eu-west-1::product/aws/securityhub',
      AwsAccountId: account,
      RecordState: 'ACTIVE',
      Compliance: { ...(it.Compliance as JsonObject), SecurityControlId: 'S3.5' },
    }));
    const { findings } = await found(...here);
    // Checked years before this run: never a pass.
    expect(findings[0]?.findings).toMatchObject([{ resourceType: 'AWS::::Account', outcome: 'inconclusive' }]);
  });
});
