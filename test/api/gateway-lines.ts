import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const project = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const found = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';

/** The format of the access log, as it is deployed. */
const FORMAT = found(project('serverless.yml'), /^ {6}format: '(.*)'$/m);

/** What the subscription lets through. CloudWatch Logs puts regular expressions between per cent signs. */
export const FILTER = new RegExp(found(project('serverless/refusals.yml'), /FilterPattern: "%(.*)%"/));

/** A request without a token, as the gateway answers it; other variables have no value. */
const REFUSED = {
  requestId: 'JKJaXmPLvHcESHA=',
  requestTime: '22/Nov/2026:09:30:00 +0000',
  'identity.sourceIp': '203.0.113.7',
  status: '401',
  httpMethod: 'GET',
  path: '/v1/assessments',
  'authorizer.error': 'the token has expired',
  'error.message': 'Unauthorized',
  responseLatency: '3',
};

/** A line of the access log: the format with its variables put in as they are, nothing escaped. */
export const lineOf = (values: Readonly<Record<string, string>> = {}): string =>
  FORMAT.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => ({ ...REFUSED, ...values })[name] ?? '-');

export const TIMESTAMP = Date.UTC(2026, 10, 22, 9, 30);

/** What CloudWatch Logs hands to a function: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
export const deliveryOf = (lines: readonly string[], timestamp = TIMESTAMP) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: '/aws/http-api/witnessmark-test',
  logStream: 'a/2026/11/22',
  subscriptionFilters: ['refusals'],
  logEvents: lines.map((message, at) => ({ id: String(at).padStart(56, '3'), timestamp: timestamp + at, message })),
});

export const packed = (delivery: object): string => gzipSync(JSON.stringify(delivery)).toString('base64');
