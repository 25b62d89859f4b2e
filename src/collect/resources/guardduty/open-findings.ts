import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { unparsable } from '../../failure.ts';
import type { Aws } from '../../service.ts';
import { Moment } from '../shared/moment.ts';

/** From here on GuardDuty calls a finding high (https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html). */
const HIGH = 7;

/** GetFindings takes 50 ids at once (https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetFindings.html). */
const BATCH = 50;

/** More open findings of high severity are not looked at one by one; the fact is unknown then. */
const MOST = 5_000;

const Finding = z.object({
  Id: z.string().min(1),
  AccountId: z.string().min(1),
  Severity: z.number(),
  Type: z.string().min(1),
  CreatedAt: Moment,
  Service: z.object({ Archived: z.boolean() }),
});
type Finding = z.infer<typeof Finding>;

/**
 * Findings of this account of high severity that nobody archived. An administrator sees those of its
 * members too: they count in the member's own reading. The criteria are applied to what comes back
 * as well, because not every endpoint that speaks this API applies them.
 */
export async function openHighFindings(aws: Aws, detector: string): Promise<Json> {
  const ids = await listed(aws, detector);
  const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, it) =>
    ids.slice(it * BATCH, (it + 1) * BATCH),
  );
  const found = (await Promise.all(batches.map((it) => described(aws, detector, it)))).flat();
  const open = found.filter((it) => it.AccountId === aws.account && it.Severity >= HIGH && !it.Service.Archived);
  return {
    count: open.length,
    oldest: open.map((it) => it.CreatedAt).sort()[0] ?? null,
    types: [...new Set(open.map((it) => it.Type))].sort(),
  };
}

async function listed(aws: Aws, detector: string): Promise<string[]> {
  const operation = 'guardduty:ListFindings';
  const Criterion = {
    accountId: { Equals: [aws.account] },
    severity: { GreaterThanOrEqual: HIGH },
    'service.archived': { Equals: ['false'] },
  };
  const input = { DetectorId: detector, FindingCriteria: { Criterion }, MaxResults: BATCH };
  const page = { items: z.string().min(1), at: 'FindingIds', token: { out: 'NextToken', in: 'NextToken' } };
  const ids = [...new Set(await aws.list(operation, input, page))];
  if (ids.length <= MOST) return ids.sort();
  throw unparsable({ operation, requestId: null }, '/FindingIds', `more than ${MOST} open findings of high severity`);
}

async function described(aws: Aws, detector: string, ids: readonly string[]): Promise<Finding[]> {
  const operation = 'guardduty:GetFindings';
  const input = { DetectorId: detector, FindingIds: [...ids] };
  const { Findings } = await aws.get(operation, input, z.object({ Findings: z.array(Finding) }));
  const known = new Set(Findings.map((it) => it.Id));
  const missing = ids.find((it) => !known.has(it));
  if (missing === undefined) return Findings;
  throw unparsable({ operation, requestId: null }, '/Findings', `no details of the listed finding ${missing}`);
}
