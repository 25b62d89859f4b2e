import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { auditLine, healthLine } from '../../functions/health-metrics.ts';
import { invocationLine, NAMESPACE } from '../../functions/metrics.ts';
import { alarms, healthFile } from '../../scripts/generated/health.ts';
import { queues } from '../../scripts/generated/queues.ts';
import { projectRoot } from '../../scripts/generated/root.ts';
import { SLIS } from '../../src/model/health.ts';

const text = readFileSync(join(projectRoot, 'serverless/health.yml'), 'utf8');
const { Resources: resources } = parse(text) as {
  Resources: Record<string, { Type: string; Properties: Record<string, never> }>;
};
const ofType = (type: string) => Object.entries(resources).filter(([, it]) => it.Type === `AWS::CloudWatch::${type}`);
const body = resources.Dashboard?.Properties.DashboardBody as unknown as { 'Fn::Sub': string };
const dashboard = JSON.parse(body['Fn::Sub']) as {
  widgets: { x: number; y: number; width: number; height: number; type: string; properties: Record<string, never> }[];
};

/** Every metric that the functions write. */
const deployment = { service: 's', stage: 'p' };
const at = '2026-10-03T02:00:00.000Z';
const slis = SLIS.map((it) => ({ ...it, state: 'met', value: 1, details: {} }));
const written = new Set(
  [
    healthLine({ slis, at } as never, deployment),
    auditLine({ result: { findings: [] } } as never, { milliseconds: 1, at }, deployment),
    invocationLine({ name: 'f', milliseconds: 1, failed: false }, deployment, at),
  ].flatMap((it) => Object.keys(it)),
);

describe('serverless/health.yml', () => {
  it('is as it is generated', () => {
    expect(text).toBe(healthFile());
  });

  it('has an alarm and a graph for each indicator, with its target', () => {
    for (const { metric, target, alarm, id } of SLIS) {
      const { Properties: it } = resources[`${metric}Alarm`] ?? { Properties: {} };
      expect(it).toMatchObject({
        ...{ Namespace: NAMESPACE, MetricName: metric, Threshold: target.value },
        AlarmActions: [{ Ref: alarm === 'page' ? 'PagesTopic' : 'TicketsTopic' }],
        TreatMissingData: alarm === 'page' ? 'breaching' : 'notBreaching',
      });
      const graph = dashboard.widgets.find((it) => String(it.properties.title).startsWith(`${id} `));
      expect(JSON.stringify(graph)).toContain(`"${metric}"`);
      expect(JSON.stringify(graph)).toContain(`"value":${target.value}`);
    }
  });

  it.each([
    ['at_least', 'LessThanThreshold', 'Minimum'],
    ['above', 'LessThanOrEqualToThreshold', 'Minimum'],
    ['at_most', 'GreaterThanThreshold', 'Maximum'],
    ['below', 'GreaterThanOrEqualToThreshold', 'Maximum'],
  ])('breaks %s by %s', (must, comparison, statistic) => {
    const its = SLIS.filter((it) => it.target.must === must);
    expect(its.length).toBeGreaterThan(0);
    for (const { metric } of its)
      expect(resources[`${metric}Alarm`]?.Properties).toMatchObject({
        ComparisonOperator: comparison,
        Statistic: statistic,
      });
  });

  it('pages for capture rate, integrity and backlog, and for nothing else', () => {
    const paging = [...alarms()].filter(([, it]) => it.to === 'page').map(([id]) => id);
    const { dead, waiting } = queues();
    expect(dead).toContain('FailedQueue');
    expect(paging.sort()).toEqual(
      [
        ...['AuditFailedAlarm', 'AuditMissingAlarm', 'CaptureRateAlarm', 'IntegrityChecksAlarm'],
        ...dead.map((it) => `${it}Alarm`),
        ...waiting.map((it) => `${it}AgeAlarm`),
      ].sort(),
    );
  });

  it('alarms on metrics that are written, and within what CloudWatch evaluates', () => {
    for (const [id, { Properties: it }] of ofType('Alarm')) {
      if (it.Namespace === (NAMESPACE as never)) expect(written, id).toContain(it.MetricName);
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html: at most seven days.
      const seconds = Number(it.Period) * Number(it.EvaluationPeriods);
      expect(seconds).toBeLessThanOrEqual(Number(it.Period) >= 3600 ? 604_800 : 86_400);
    }
  });

  it('lays the dashboard out without overlap, and shows every alarm', () => {
    const cells = new Set<string>();
    for (const { x, y, width, height } of dashboard.widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      expect([x, y, width, height].every(Number.isInteger)).toBe(true);
      for (let at = 0; at < width * height; at += 1) {
        const cell = `${x + (at % width)},${y + Math.floor(at / width)}`;
        expect(cells.has(cell), cell).toBe(false);
        cells.add(cell);
      }
    }
    const shown = JSON.stringify(dashboard.widgets.find((it) => it.type === 'alarm'));
    for (const [id] of ofType('Alarm')) expect(shown).toContain(`\${${id}.Arn}`);
  });
});
