import { type Control, type ControlResult, type Hub, hubName, CONTROLS as MADE_CONTROLS } from './hubs.ts';
import { randomFor } from './logins.ts';
import type { Call } from './proxy.ts';
import { uuid } from './random.ts';
import { SAID_CONTROLS } from './said-controls.ts';
import { jsonAnswer, type WireAnswer } from './wire.ts';
import type { World } from './world.ts';

const CONTROLS = [...MADE_CONTROLS, ...SAID_CONTROLS].sort((a, b) => (a.id < b.id ? -1 : 1));
const STANDARD = 'standards/aws-foundational-security-best-practices/v/1.0.0';

/** What Security Hub says, where the company has it on; the emulator answers where it is off. */
export async function hubAnswer(
  world: World,
  call: Call,
  now: string,
  requestId: string,
): Promise<WireAnswer | undefined> {
  const hub = world.kept.get(hubName(call.account, call.region)) as Hub | undefined;
  if (call.service !== 'securityhub' || hub === undefined) return undefined;
  const answer = await said(world, hub, call, now);
  return answer === undefined ? undefined : jsonAnswer(answer, requestId);
}

async function said(world: World, { since, standard }: Hub, call: Call, now: string): Promise<object | undefined> {
  const { account, region, operation, body } = call;
  const arn = `arn:aws:securityhub:${region}:${account}`;
  if (operation === 'DescribeHub') {
    const how = { AutoEnableControls: true, ControlFindingGenerator: 'SECURITY_CONTROL' };
    return { HubArn: `${arn}:hub/default`, SubscribedAt: since, ...how };
  }
  if (operation === 'GetEnabledStandards') {
    const which = { StandardsArn: `arn:aws:securityhub:${region}::${STANDARD}`, StandardsInput: {} };
    const StandardsSubscriptionArn = `${arn}:subscription/${STANDARD.slice('standards/'.length)}`;
    return { StandardsSubscriptions: [{ StandardsSubscriptionArn, ...which, StandardsStatus: standard }] };
  }
  if (operation === 'ListSecurityControlDefinitions') return { SecurityControlDefinitions: definitions() };
  if (operation === 'BatchGetSecurityControls') {
    const { SecurityControlIds } = JSON.parse(body) as { SecurityControlIds: string[] };
    const statusOf = (id: string) => (CONTROLS.some((it) => it.id === id) ? 'ENABLED' : 'DISABLED');
    const SecurityControls = SecurityControlIds.map((id) => ({
      SecurityControlId: id,
      SecurityControlArn: `${arn}:security-control/${id}`,
      SecurityControlStatus: statusOf(id),
      UpdateStatus: 'READY',
    }));
    return { SecurityControls, UnprocessedIds: [] };
  }
  return operation === 'GetFindings' ? { Findings: await findings(world, call, now, standard) } : undefined;
}

function definitions(): object[] {
  const off = { id: 'EC2.10', title: 'VPCs have an endpoint for EC2', severity: 'MEDIUM' };
  return [...CONTROLS, off].map(({ id, title, severity }) => ({
    SecurityControlId: id,
    Title: title,
    SeverityRating: severity,
    CurrentRegionAvailability: 'AVAILABLE',
  }));
}

/** Of the filters those that are asked with: controls, and nothing of other accounts and regions is there. */
async function findings(world: World, call: Call, now: string, standard: Hub['standard']): Promise<object[]> {
  // A standard that is being set up has judged nothing yet.
  if (standard !== 'READY') return [];
  const { Filters } = JSON.parse(call.body) as { Filters: { ComplianceSecurityControlId?: { Value: string }[] } };
  const asked = Filters.ComplianceSecurityControlId?.map((it) => it.Value);
  const place = world.in(call.account, call.region);
  const found: object[] = [];
  for (const control of CONTROLS.filter((it) => asked?.includes(it.id) ?? true)) {
    const results = await control.judge(world, place, now);
    found.push(...results.map((it) => findingOf(control, it, call, now)));
  }
  return found;
}

function findingOf(
  control: Control,
  { type, id, passed }: ControlResult,
  { account, region }: Call,
  now: string,
): object {
  const { id: controlId, title, severity } = control;
  const arn = `arn:aws:securityhub:${region}`;
  const FindingId = uuid(randomFor('2026-01-01', `${controlId} ${id}`));
  // Security Hub judges again every twelve hours; the last time was some minutes before midnight.
  const updated = new Date(Date.parse(now) - 7_800_000).toISOString();
  return {
    SchemaVersion: '2018-10-08',
    Id: `${arn}:${account}:security-control/${controlId}/finding/${FindingId}`,
    ProductArn: `${arn}::product/aws/securityhub`,
    ProductName: 'Security Hub',
    CompanyName: 'AWS',
    Region: region,
    GeneratorId: `security-control/${controlId}`,
    AwsAccountId: account,
    Types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
    FirstObservedAt: '2026-06-01T10:00:00.000Z',
    LastObservedAt: updated,
    CreatedAt: '2026-06-01T10:00:00.000Z',
    UpdatedAt: updated,
    Severity: { Label: passed ? 'INFORMATIONAL' : severity },
    Title: title,
    Resources: [{ Type: type, Id: id, Partition: 'aws', Region: region }],
    Compliance: { Status: passed ? 'PASSED' : 'FAILED', SecurityControlId: controlId },
    WorkflowState: 'NEW',
    Workflow: { Status: passed ? 'RESOLVED' : 'NEW' },
    RecordState: 'ACTIVE',
  };
}
