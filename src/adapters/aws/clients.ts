import type { ServiceClient } from './client.ts';

/** Every service that can be called, loaded on first use. The list is written by `npm run generate`. */
const clients: Readonly<Record<string, () => Promise<ServiceClient>>> = {
  cloudtrail: async () => (await import('./clients/cloudtrail.ts')).client,
  cloudwatch: async () => (await import('./clients/cloudwatch.ts')).client,
  config: async () => (await import('./clients/config.ts')).client,
  dynamodb: async () => (await import('./clients/dynamodb.ts')).client,
  ec2: async () => (await import('./clients/ec2.ts')).client,
  ecr: async () => (await import('./clients/ecr.ts')).client,
  elbv2: async () => (await import('./clients/elbv2.ts')).client,
  guardduty: async () => (await import('./clients/guardduty.ts')).client,
  iam: async () => (await import('./clients/iam.ts')).client,
  kms: async () => (await import('./clients/kms.ts')).client,
  lambda: async () => (await import('./clients/lambda.ts')).client,
  logs: async () => (await import('./clients/logs.ts')).client,
  rds: async () => (await import('./clients/rds.ts')).client,
  s3: async () => (await import('./clients/s3.ts')).client,
  s3control: async () => (await import('./clients/s3control.ts')).client,
  secretsmanager: async () => (await import('./clients/secretsmanager.ts')).client,
  securityhub: async () => (await import('./clients/securityhub.ts')).client,
  sns: async () => (await import('./clients/sns.ts')).client,
  sqs: async () => (await import('./clients/sqs.ts')).client,
  sts: async () => (await import('./clients/sts.ts')).client,
};

/** Ids of the services that can be called, sorted. */
export const clientIds: readonly string[] = Object.keys(clients).sort();

/** The client module of a service, or undefined where there is none. */
export async function loadClient(service: string): Promise<ServiceClient | undefined> {
  return Object.hasOwn(clients, service) ? clients[service]?.() : undefined;
}
