import { notComputed } from '../src/app/health/measure.ts';
import type { AnyAudit } from '../src/app/self-audit.ts';
import { type Health, SLIS } from '../src/model/health.ts';
import { type Deployment, type MetricLine, metricLine, type Value } from './metrics.ts';

/** Every indicator that has a value; one without gives no metric, so that its alarm sees it missing. */
export function healthLine(health: Pick<Health, 'slis' | 'at'>, deployment: Deployment): MetricLine {
  const values = SLIS.flatMap(({ id, metric, unit }): Value[] => {
    const value = health.slis.find((it) => it.id === id)?.value ?? null;
    return value === null ? [] : [[metric, unit, value]];
  });
  const missed = health.slis.filter((it) => it.state === 'missed').length;
  const counts: Value[] = [
    ['IndicatorsMissed', 'Count', missed],
    ['IndicatorsNotComputed', 'Count', notComputed(health).length],
  ];
  return metricLine([...values, ...counts], deployment, health);
}

/** What an audit came to. One that could not be sealed has failed, whatever it found. */
export function auditLine(
  { result, notSealed }: AnyAudit,
  { milliseconds, at }: { readonly milliseconds: number; readonly at: string },
  deployment: Deployment,
): MetricLine {
  const errors = result.findings.filter((it) => it.severity === 'error').length;
  const values: Value[] = [
    ['AuditFailed', 'Count', result.ok && notSealed === undefined ? 0 : 1],
    ['AuditNotSealed', 'Count', notSealed === undefined ? 0 : 1],
    ['AuditErrors', 'Count', errors],
    ['AuditDuration', 'Milliseconds', milliseconds],
  ];
  return metricLine(values, deployment, { at });
}
