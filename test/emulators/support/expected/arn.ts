import { HOME, REGION } from '../moto.ts';

/** check → subject → outcome. */
export type Expected = Record<string, Record<string, string>>;

const regional = (service: string) => (of: string) => `arn:aws:${service}:${REGION}:${HOME}:${of}`;

/** Subjects as evidence names them. */
export const arn = {
  bucket: (name: string) => `arn:aws:s3:::${name}`,
  iam: (of: string, account = HOME) => `arn:aws:iam::${account}:${of}`,
  ec2: (kind: string, id: string) => regional('ec2')(`${kind}/${id}`),
  key: (id: string) => regional('kms')(`key/${id}`),
  trail: (name: string) => regional('cloudtrail')(`trail/${name}`),
  table: (name: string) => regional('dynamodb')(`table/${name}`),
  repository: (name: string) => regional('ecr')(`repository/${name}`),
  function: (name: string) => regional('lambda')(`function:${name}`),
  logGroup: (name: string) => regional('logs')(`log-group:${name}`),
  alarm: (name: string) => regional('cloudwatch')(`alarm:${name}`),
  topic: regional('sns'),
  queue: regional('sqs'),
  rds: (kind: string, name: string) => regional('rds')(`${kind}:${name}`),
} as const;

/** The good one passes and the bad one fails. */
export const pair = (good: string, bad: string): Record<string, string> => ({
  [good]: 'compliant',
  [bad]: 'non_compliant',
});

/** The same for each of these checks. */
export const each = (checks: readonly string[], subjects: Record<string, string>): Expected =>
  Object.fromEntries(checks.map((it) => [it, subjects]));
