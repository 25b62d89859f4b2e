import { z } from 'zod';
import type { Aws } from '../../service.ts';

const strings = z.array(z.string()).default([]);

/**
 * A metric filter. A filter that was made without a pattern has the empty one; dimensions and the
 * criteria on system fields are left out where there are none
 * (https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricFilter.html).
 */
export const MetricFilter = z.object({
  filterName: z.string().min(1),
  filterPattern: z.string().max(4096),
  logGroupName: z.string().min(1),
  metricTransformations: z.array(
    z.object({
      metricName: z.string(),
      metricNamespace: z.string(),
      metricValue: z.string(),
      dimensions: z.record(z.string(), z.string()).default({}),
    }),
  ),
  fieldSelectionCriteria: z.string().optional(),
  emitSystemFieldDimensions: strings,
});
export type MetricFilter = z.infer<typeof MetricFilter>;

/** The metric filters of one log group. */
export function describeMetricFilters(aws: Aws, logGroupName: string): Promise<MetricFilter[]> {
  const token = { out: 'nextToken', in: 'nextToken' };
  const page = { items: MetricFilter, at: 'metricFilters', token };
  return aws.list('logs:DescribeMetricFilters', { logGroupName }, page);
}

/** A metric that the filter publishes without dimensions: one that an alarm sees as a whole. */
export type Metric = { readonly namespace: string; readonly name: string; readonly value: string };

/** Metrics with dimensions are left out: an alarm watches one combination of their values only. */
export function metricsOf(filter: MetricFilter): Metric[] {
  if (filter.emitSystemFieldDimensions.length > 0) return [];
  return filter.metricTransformations
    .filter((it) => Object.keys(it.dimensions).length === 0)
    .map((it) => ({ namespace: it.metricNamespace, name: it.metricName, value: it.metricValue }));
}
