import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Sli } from '../src/model/health.ts';

/** CloudWatch namespace of everything that is measured here. */
export const NAMESPACE = 'Witnessmark';

/** A line of log that CloudWatch Logs takes metrics from (EMF); other members beside its own do no harm. */
export type MetricLine = Readonly<Record<string, unknown>>;

/** Which deployment: the dimensions `service` and `stage` of every metric. */
export interface Deployment {
  readonly service: string;
  readonly stage: string;
}

export type Value = readonly [name: string, unit: Sli['unit'], value: number];

/** From the variables that `serverless.yml` sets; not of those that a function's environment is checked for. */
export const deploymentIn = (variables: Readonly<Record<string, string | undefined>>): Deployment => ({
  service: variables.POWERTOOLS_SERVICE_NAME || 'witnessmark',
  stage: variables.STAGE || 'dev',
});

/**
 * Values as one line of the Embedded Metric Format
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html),
 * over `service` and `stage`, and over `function` beside them where that is given. `at` is a timestamp.
 */
export function metricLine(
  values: readonly Value[],
  { service, stage }: Deployment,
  { at, name }: { readonly at: string; readonly name?: string },
): MetricLine {
  const metrics = new Metrics({ namespace: NAMESPACE, serviceName: service, defaultDimensions: { stage } });
  metrics.setTimestamp(Date.parse(at));
  if (name !== undefined) metrics.addDimension('function', name).addDimensions({});
  for (const it of values) metrics.addMetric(...it);
  return { ...metrics.serializeMetrics() };
}

/** What one invocation of a function came to. */
export interface InvocationMetrics {
  /** Name of the function without service and stage. */
  readonly name: string;
  readonly milliseconds: number;
  readonly failed: boolean;
  /** Calls that AWS throttled. */
  readonly throttles?: number;
}

/** Duration, errors and throttles of one invocation: by function, and of all functions together. */
export function invocationLine(it: InvocationMetrics, deployment: Deployment, at: string): MetricLine {
  const values: Value[] = [
    ['FunctionDuration', 'Milliseconds', it.milliseconds],
    ['FunctionErrors', 'Count', it.failed ? 1 : 0],
    ['FunctionThrottles', 'Count', it.throttles ?? 0],
  ];
  return metricLine(values, deployment, { at, name: it.name });
}
