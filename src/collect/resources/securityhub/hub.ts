import { z } from 'zod';
import { RetrievalFailure } from '../../failure.ts';
import type { Aws } from '../../service.ts';

const Hub = z.object({
  HubArn: z.string().min(1),
  // The API reference promises neither of these; a hub that leaves one out is on all the same.
  AutoEnableControls: z.boolean().optional(),
  ControlFindingGenerator: z.string().optional(),
});
type Hub = z.infer<typeof Hub>;

/** How Security Hub words it; the same error name with another text is a missing right. */
const NOT_ENABLED = /is not (?:enabled for securityhub|subscribed to AWS Security Hub)/i;

/**
 * The hub of the region, or null where Security Hub says that the account has not enabled it: an
 * InvalidAccessException with HTTP 401, which is no different in name and status from a refusal
 * (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DescribeHub.html). So the text
 * decides; with any other text it is the failure that it looks like.
 */
export async function hubOf(aws: Aws): Promise<Hub | null> {
  try {
    return await aws.get('securityhub:DescribeHub', {}, Hub);
  } catch (thrown) {
    if (saysNotEnabled(thrown)) return null;
    throw thrown;
  }
}

function saysNotEnabled(thrown: unknown): boolean {
  if (!(thrown instanceof RetrievalFailure)) return false;
  const { name, message } = thrown.failure;
  return name === 'InvalidAccessException' && NOT_ENABLED.test(message);
}

const Subscription = z.object({ StandardsArn: z.string().min(1), StandardsStatus: z.string().min(1) });
type Subscription = z.infer<typeof Subscription>;

/** The standards that the account has switched on, with their status. */
export function enabledStandards(aws: Aws): Promise<Subscription[]> {
  const page = { items: Subscription, at: 'StandardsSubscriptions', token: { out: 'NextToken', in: 'NextToken' } };
  return aws.list('securityhub:GetEnabledStandards', { MaxResults: 100 }, page);
}
