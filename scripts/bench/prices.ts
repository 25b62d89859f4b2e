import type { Unit } from './request-units.ts';

/** A list price. */
export interface Price {
  /** US dollars for one. */
  readonly usd: number;
  readonly per: string;
  /** AWS's page. */
  readonly page: string;
}

/** Where the prices hold, and as of when they were written down. */
export const PRICES_OF = { region: 'us-east-1', asOf: '2026-11' } as const;

/**
 * Well-known list prices, on demand, without free tier, discounts and taxes. They were written down and not read from
 * AWS by a program: check them against the page beside each, and for your region, before you rely on a sum.
 */
const S3 = 'https://aws.amazon.com/s3/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const KMS = 'https://aws.amazon.com/kms/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';

/** Of what a run is billed for when it is made. `s3Bytes` is kept, and is billed by the month. */
export const PRICES: Readonly<Record<Exclude<Unit, 's3Bytes'>, Price>> = {
  s3Put: { usd: 0.005 / 1000, per: '1,000 PUT, COPY, POST or LIST requests, S3 Standard: $0.005', page: S3 },
  s3Get: { usd: 0.0004 / 1000, per: '1,000 GET and all other requests, S3 Standard: $0.0004', page: S3 },
  dynamodbWrite: { usd: 0.625 / 1e6, per: 'million write request units, Standard table class: $0.625', page: DYNAMODB },
  dynamodbRead: { usd: 0.125 / 1e6, per: 'million read request units, Standard table class: $0.125', page: DYNAMODB },
  kms: { usd: 0.03 / 10_000, per: '10,000 requests with symmetric and HMAC keys, and of settings: $0.03', page: KMS },
  kmsAsymmetric: {
    usd: 0.15 / 10_000,
    per: '10,000 requests with asymmetric keys other than RSA 2048: $0.15',
    page: KMS,
  },
  lambdaRequest: { usd: 0.2 / 1e6, per: 'million requests: $0.20', page: LAMBDA },
  lambdaGbSecond: { usd: 0.0000133334, per: 'GB-second, arm64, first tier: $0.0000133334', page: LAMBDA },
  stateTransition: {
    usd: 0.025 / 1000,
    per: '1,000 state transitions, Standard workflows: $0.025',
    page: 'https://aws.amazon.com/step-functions/pricing/',
  },
  sns: {
    usd: 0.5 / 1e6,
    per: 'million API requests, standard topics: $0.50',
    page: 'https://aws.amazon.com/sns/pricing/',
  },
  sqs: { usd: 0.4 / 1e6, per: 'million requests, standard queues: $0.40', page: 'https://aws.amazon.com/sqs/pricing/' },
  secretsManager: {
    usd: 0.05 / 10_000,
    per: '10,000 API calls: $0.05',
    page: 'https://aws.amazon.com/secrets-manager/pricing/',
  },
  logBytes: { usd: 0.5 / 2 ** 30, per: 'GB of logs taken in, Standard class: $0.50', page: CLOUDWATCH },
};

/** By the month. */
export const MONTHLY = {
  key: { usd: 1, per: 'KMS key: $1 (each of the first two rotations adds $1)', page: KMS },
  alarm: { usd: 0.1, per: 'alarm metric, standard resolution: $0.10', page: CLOUDWATCH },
  metric: { usd: 0.3, per: 'custom metric, first 10,000, by the hour in which it is sent: $0.30', page: CLOUDWATCH },
  dashboard: { usd: 3, per: 'dashboard: $3 (three are free)', page: CLOUDWATCH },
  s3Gb: { usd: 0.023, per: 'GB-month, S3 Standard, first 50 TB: $0.023', page: S3 },
  dynamodbGb: {
    usd: 0.25 + 0.2,
    per: 'GB-month, Standard table class $0.25, with point-in-time recovery $0.20',
    page: DYNAMODB,
  },
} as const satisfies Record<string, Price>;

/** AWS Audit Manager: for 1,000 resource assessments, in each account and region. */
export const AUDIT_MANAGER: Price = {
  usd: 1.25 / 1000,
  per: '1,000 resource assessments: $1.25',
  page: 'https://aws.amazon.com/audit-manager/pricing/',
};
