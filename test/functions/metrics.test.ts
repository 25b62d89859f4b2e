import { describe, expect, it } from 'vitest';
import { auditLine, healthLine } from '../../functions/health-metrics.ts';
import { deploymentIn, invocationLine, type MetricLine, NAMESPACE } from '../../functions/metrics.ts';
import { SLIS } from '../../src/model/health.ts';
import { goodDisk, health } from '../app/health-world.ts';

const deployment = { service: 'witnessmark', stage: 'prod' };
const AT = '2026-10-03T02:00:00.000Z';

interface Directive {
  readonly Timestamp: number;
  readonly CloudWatchMetrics: readonly {
    readonly Namespace: string;
    readonly Dimensions: readonly (readonly string[])[];
    readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
  }[];
}

/** As CloudWatch reads it: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function read(line: MetricLine) {
  const { _aws, ...members } = JSON.parse(JSON.stringify(line)) as { _aws: Directive };
  const [directive, ...others] = _aws.CloudWatchMetrics;
  expect(others).toEqual([]);
  expect(directive?.Namespace).toBe(NAMESPACE);
  const values = members as unknown as Record<string, unknown>;
  for (const name of (directive?.Dimensions ?? []).flat()) expect(values[name], name).toBeTypeOf('string');
  const metrics = (directive?.Metrics ?? []).map(({ Name, Unit }) => [Name, { unit: Unit, value: values[Name] }]);
  return { at: _aws.Timestamp, dimensions: directive?.Dimensions, metrics: Object.fromEntries(metrics) };
}

describe('metrics', () => {
  it('has every indicator that has a value, and none that is unknown', async () => {
    const result = await health(await goodDisk());
    const { at, dimensions, metrics } = read(healthLine({ ...result, at: AT }, deployment));
    expect(at).toBe(Date.parse(AT));
    expect(dimensions).toEqual([['service', 'stage']]);
    for (const { id, metric, unit } of SLIS) {
      const value = result.slis.find((it) => it.id === id)?.value ?? null;
      if (value === null) expect(metrics).not.toHaveProperty(metric);
      else expect(metrics[metric]).toEqual({ unit, value });
    }
    expect(metrics).not.toHaveProperty('IngestLatency');
    expect(metrics.IndicatorsMissed.value).toBe(0);
    // Nothing was watched, which is no failure to compute.
    expect(metrics.IndicatorsNotComputed.value).toBe(0);
  });

  it('counts what could not be computed', async () => {
    const broken = await goodDisk();
    broken.objects.set('checkpoint', Buffer.from('nothing'));
    const { metrics } = read(healthLine(await health(broken), deployment));
    expect(metrics.IndicatorsNotComputed.value).toBe(8);
    expect(metrics).not.toHaveProperty('CaptureRate');
  });

  it('calls an audit failed that found an error, or that could not be sealed', () => {
    const result = { ok: true, findings: [], size: 1, root: null, counts: {} as never };
    const line = (audit: Parameters<typeof auditLine>[0]) =>
      read(auditLine(audit, { milliseconds: 5, at: AT }, deployment)).metrics;
    expect(line({ result })).toMatchObject({ AuditFailed: { value: 0 }, AuditNotSealed: { value: 0 } });
    const error = { code: 'x', severity: 'error', object: 'o', message: '' } as const;
    expect(line({ result: { ...result, ok: false, findings: [error] } })).toMatchObject({
      ...{ AuditFailed: { value: 1 }, AuditErrors: { value: 1 }, AuditNotSealed: { value: 0 } },
    });
    expect(line({ result, notSealed: { code: 'c', message: 'm' } })).toMatchObject({
      ...{ AuditFailed: { value: 1 }, AuditNotSealed: { value: 1 } },
    });
  });

  it('tells an invocation by its function, and for all functions together', () => {
    const { dimensions, metrics } = read(
      invocationLine({ name: 'collect', milliseconds: 12.5, failed: true, throttles: 3 }, deployment, AT),
    );
    expect(dimensions).toEqual([
      ['service', 'stage', 'function'],
      ['service', 'stage'],
    ]);
    expect(metrics).toEqual({
      FunctionDuration: { unit: 'Milliseconds', value: 12.5 },
      FunctionErrors: { unit: 'Count', value: 1 },
      FunctionThrottles: { unit: 'Count', value: 3 },
    });
    expect(deploymentIn({ POWERTOOLS_SERVICE_NAME: '', STAGE: 'prod' })).toEqual(deployment);
  });
});
