import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { unparsable } from '../../failure.ts';
import type { Aws } from '../../service.ts';

const Managed = z.object({
  Administrator: z
    .object({ AccountId: z.string().min(1).optional(), RelationshipStatus: z.string().optional() })
    .optional(),
});

/**
 * The account that manages this one. An administrator and an account on its own get success with
 * no content (https://docs.aws.amazon.com/guardduty/latest/APIReference/API_GetAdministratorAccount.html).
 */
export async function administratorOf(aws: Aws, detector: string): Promise<Json> {
  const answer = await aws.get('guardduty:GetAdministratorAccount', { DetectorId: detector }, Managed);
  const { AccountId, RelationshipStatus = null } = answer.Administrator ?? {};
  return AccountId === undefined ? null : { account: AccountId, status: RelationshipStatus };
}

const Members = z.object({ Members: z.array(z.object({ AccountId: z.string() })), NextToken: z.string().optional() });

/** Whether the account manages others: one page is enough to know, as an empty one is the last. */
export async function hasMembers(aws: Aws, detector: string): Promise<boolean> {
  const operation = 'guardduty:ListMembers';
  const input = { DetectorId: detector, OnlyAssociated: 'true', MaxResults: 50 };
  const { Members: members, NextToken = '' } = await aws.get(operation, input, Members);
  if (members.length === 0 && NextToken !== '') {
    throw unparsable({ operation, requestId: null }, '/Members', 'an empty page, and there are more');
  }
  return members.length > 0;
}

const Destination = z.object({ DestinationId: z.string(), Status: z.string() });

/** Whether a destination takes findings now; other states are pending, unable to publish, or stopped. */
export async function isExporting(aws: Aws, detector: string): Promise<boolean> {
  const page = { items: Destination, at: 'Destinations', token: { out: 'NextToken', in: 'NextToken' } };
  const listed = await aws.list('guardduty:ListPublishingDestinations', { DetectorId: detector }, page);
  return listed.some((it) => it.Status === 'PUBLISHING');
}
