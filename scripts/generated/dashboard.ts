import { NAMESPACE } from '../../functions/metrics.ts';
import { SLIS, type Sli } from '../../src/model/health.ts';
import { queues } from './queues.ts';

/** Of every metric: which deployment. */
export const DIMENSIONS = { service: '${self:service}', stage: '${sls:stage}' } as const;

type Metric = readonly (string | object)[];

const WIDTH = 24;
const REGION = '${AWS::Region}';

const dimensions: readonly string[] = Object.entries(DIMENSIONS).flat();
const own = (name: string, more: object = {}): Metric => [NAMESPACE, name, ...dimensions, more];

const SIGNS: Readonly<Record<Sli['target']['must'], string>> = { below: '<', above: '>', at_most: '≤', at_least: '≥' };

interface Graph {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly stat: string;
  readonly period: number;
  readonly lines?: readonly object[];
  readonly least?: number;
}

const graph = ({ title, metrics, stat, period, lines = [], least }: Graph) => ({
  type: 'metric',
  properties: {
    ...{ title, metrics, stat, period, region: REGION, view: 'timeSeries' },
    ...(lines.length === 0 ? {} : { annotations: { horizontal: lines } }),
    ...(least === undefined ? {} : { yAxis: { left: { min: least } } }),
  },
});

/** One indicator and, as a line, what it has to be. */
const sliGraph = ({ id, title, metric, unit, target }: Sli) =>
  graph({
    ...{ title: `${id} ${title} (${unit})`, metrics: [own(metric)], period: 3600 },
    stat: target.must === 'below' || target.must === 'at_most' ? 'Maximum' : 'Minimum',
    lines: [{ label: `target ${SIGNS[target.must]} ${target.value}`, value: target.value }],
    ...(unit === 'Percent' ? {} : { least: 0 }),
  });

/**
 * Whatever functions and machines the stack has: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
const search = (schema: string, terms: string, stat: string): Metric => [
  { expression: `SEARCH('{${schema}} ${terms}', '${stat}', 300)`, id: 'e1' },
];
const stack = `${DIMENSIONS.service}-${DIMENSIONS.stage}-`;
const ofFunctions = (name: string, stat: string): Metric =>
  search('AWS/Lambda,FunctionName', `MetricName="${name}" FunctionName="${stack}"`, stat);
const ofQueue = (id: string, name: string): Metric => ['AWS/SQS', name, 'QueueName', `\${${id}.QueueName}`];

function rest(): object[] {
  const runs = `MetricName="ExecutionTime" StateMachineArn="${stack}"`;
  return [
    graph({
      ...{ title: 'Audits', stat: 'Maximum', period: 3600, least: 0 },
      metrics: [own('AuditFailed'), own('AuditErrors'), own('AuditNotSealed')],
    }),
    graph({
      ...{ title: 'Duration of runs', metrics: [search('AWS/States,StateMachineArn', runs, 'Maximum')] },
      ...{ stat: 'Maximum', period: 300, least: 0 },
    }),
    graph({
      ...{ title: 'Dead letters', stat: 'Maximum', period: 300, least: 0 },
      metrics: queues().dead.map((id) => ofQueue(id, 'ApproximateNumberOfMessagesVisible')),
    }),
    graph({
      ...{ title: 'Oldest waiting message', stat: 'Maximum', period: 60, least: 0 },
      metrics: queues().waiting.map((id) => ofQueue(id, 'ApproximateAgeOfOldestMessage')),
    }),
    ...(['Errors', 'Throttles', 'Duration'] as const).map((it) =>
      graph({
        ...{
          title: `Functions: ${it.toLowerCase()}`,
          stat: it === 'Duration' ? 'Maximum' : 'Sum',
          period: 300,
          least: 0,
        },
        metrics: [ofFunctions(it, it === 'Duration' ? 'Maximum' : 'Sum')],
      }),
    ),
    graph({
      ...{ title: 'Calls that AWS throttled', stat: 'Sum', period: 300, least: 0, metrics: [own('FunctionThrottles')] },
    }),
  ];
}

/** Widgets side by side, in rows. */
function placed(widgets: readonly object[], from: number, across: number, height: number): object[] {
  const width = WIDTH / across;
  return widgets.map((it, at) => ({
    ...{ x: (at % across) * width, y: from + Math.floor(at / across) * height, width, height },
    ...it,
  }));
}

const ACROSS = 4;
const SLI_HEIGHT = 5;
const ALARM_HEIGHT = 4;

/** Body of the dashboard, for `Fn::Sub`: states of all alarms, every indicator with its target, and what runs. */
export function dashboard(alarmIds: readonly string[]): object {
  const states = {
    type: 'alarm',
    properties: { title: 'Alarms', alarms: alarmIds.map((id) => `\${${id}.Arn}`) },
  };
  const below = ALARM_HEIGHT + SLI_HEIGHT * Math.ceil(SLIS.length / ACROSS);
  return {
    widgets: [
      ...placed([states], 0, 1, ALARM_HEIGHT),
      ...placed(SLIS.map(sliGraph), ALARM_HEIGHT, ACROSS, SLI_HEIGHT),
      ...placed(rest(), below, ACROSS, 6),
    ],
  };
}
