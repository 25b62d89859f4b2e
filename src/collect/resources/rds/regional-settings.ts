import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import { type Aws, population } from '../../service.ts';
import { listClusters } from './clusters.ts';
import { listInstances } from './instances.ts';
import { listAll } from './pages.ts';

/**
 * A subscription without a source type, without ids or without categories takes all of them
 * (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateEventSubscription.html).
 */
const Subscription = z.object({
  CustSubscriptionId: z.string().min(1),
  SnsTopicArn: z.string(),
  Enabled: z.boolean(),
  Status: z.string(),
  SourceType: z.string().optional(),
  SourceIdsList: z.array(z.string()).optional(),
  EventCategoriesList: z.array(z.string()).optional(),
});

/** What the account has set for RDS in the region: exactly one subject. */
export const regionalSettings = population({
  type: 'AWS::RDS::RegionalSettings',
  facts: {
    instances: 'how many DB instances the region has',
    clusters: 'how many DB clusters the region has',
    eventSubscriptions:
      'event subscriptions [{name, topic, enabled, status, sourceType: null for all; sources: ids, [] for all; categories: [] for all}]',
  },
  permissions: ['rds:DescribeDBInstances', 'rds:DescribeDBClusters', 'rds:DescribeEventSubscriptions'],
  read(aws) {
    const facts = {
      instances: async (from: Aws) => (await listInstances(from)).length,
      clusters: async (from: Aws) => (await listClusters(from)).length,
      eventSubscriptions,
    };
    return Promise.resolve([{ id: `rds:${aws.account}:${aws.region}`, name: aws.region, facts }]);
  },
});

async function eventSubscriptions(aws: Aws): Promise<Json> {
  const at = 'EventSubscriptionsList';
  const listed = await listAll(aws, 'rds:DescribeEventSubscriptions', { at, items: Subscription });
  return listed.map(({ SourceType = null, SourceIdsList = [], EventCategoriesList = [], ...it }) => ({
    name: it.CustSubscriptionId,
    topic: it.SnsTopicArn,
    enabled: it.Enabled,
    status: it.Status,
    sourceType: SourceType,
    sources: SourceIdsList.toSorted(),
    categories: EventCategoriesList.toSorted(),
  }));
}
