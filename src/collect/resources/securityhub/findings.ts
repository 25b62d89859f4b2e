import type { JsonObject } from '../../../model/json.ts';
import { misfit, unparsable } from '../../failure.ts';
import type { Aws, Finding } from '../../service.ts';
import { ControlFinding, ListedFinding } from './asff.ts';
import { judge } from './judge.ts';
import { type AsffResource, placeOf } from './subject.ts';

/** More findings of twenty controls in one region are not taken in; the controls are unknown then. */
const MOST = 50_000;

const operation = 'securityhub:GetFindings';

/**
 * What one control says, one finding per resource: the worst that any standard says of it. `asked` are
 * the controls of the one request that answers for all of them. The filters are applied to what comes
 * back as well: not every endpoint that speaks this API applies them, and a home Region or an
 * administrator is given the findings of linked Regions and of members.
 */
export async function findingsOf(aws: Aws, control: string, asked: readonly string[]): Promise<Finding[]> {
  const listed = await aws.list(operation, requestFor(aws, asked), {
    items: ListedFinding,
    at: 'Findings',
    token: { out: 'NextToken', in: 'NextToken' },
  });
  if (listed.length > MOST) {
    throw unparsable({ operation, requestId: null }, '/Findings', `more than ${MOST} findings`);
  }
  const judged = listed.filter((it) => isOf(aws, control, it)).flatMap((it) => byResource(parsed(it)));
  const bySubject = Map.groupBy(judged, ({ subject }) => subject);
  const findings = [...bySubject].map(([subject, of]) => judge(subject, of, { control, now: aws.now }));
  return findings.sort((a, b) => (a.subject < b.subject ? -1 : 1));
}

function requestFor(aws: Aws, controls: readonly string[]): JsonObject {
  const equals = (Value: string) => ({ Value, Comparison: 'EQUALS' });
  const Filters = {
    AwsAccountId: [equals(aws.account)],
    Region: [equals(aws.region)],
    RecordState: [equals('ACTIVE')],
    ComplianceSecurityControlId: controls.map(equals),
  };
  return { Filters, MaxResults: 100 };
}

/** Security Hub itself in this region, in whichever partition. Its name has changed over time, its ARN has not. */
const isProduct = ({ region }: Aws, arn: string): boolean =>
  arn.endsWith(`:securityhub:${region}::product/aws/securityhub`);

function isOf(
  aws: Aws,
  control: string,
  { ProductArn, AwsAccountId, RecordState, Compliance }: ListedFinding,
): boolean {
  const own = isProduct(aws, ProductArn) && AwsAccountId === aws.account;
  return own && RecordState === 'ACTIVE' && Compliance?.SecurityControlId === control;
}

function parsed(finding: ListedFinding): ControlFinding {
  const read = ControlFinding.safeParse(finding);
  if (read.success) return read.data;
  throw misfit({ operation, requestId: null }, read.error, '/Findings/*');
}

function byResource(finding: ControlFinding) {
  return finding.Resources.map((resource: AsffResource) => ({ ...placeOf(resource), finding }));
}
