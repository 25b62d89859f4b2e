import { z } from 'zod';
import type { Aws } from '../../service.ts';

const Hub = z.object({
  HubArn: z.string().min(1),
  // The API reference promises neither of these; a hub that leaves one out is on all the same.
  AutoEnableControls: z.boolean().optional(),
  ControlFindingGenerator: z.string().optional(),
});
type Hub = z.infer<typeof Hub>;

/** The hub of the region, or null where the account has not enabled Security Hub. */
export function hubOf(aws: Aws): Promise<Hub | null> {
  return aws.getOrAbsent('securityhub:DescribeHub', {}, Hub);
}

const Subscription = z.object({ StandardsArn: z.string().min(1), StandardsStatus: z.string().min(1) });
type Subscription = z.infer<typeof Subscription>;

/** The standards that the account has switched on, with their status. */
export function enabledStandards(aws: Aws): Promise<Subscription[]> {
  const page = { items: Subscription, at: 'StandardsSubscriptions', token: { out: 'NextToken', in: 'NextToken' } };
  return aws.list('securityhub:GetEnabledStandards', { MaxResults: 100 }, page);
}
