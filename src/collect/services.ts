import { WitnessmarkError } from '../model/error.ts';
import type { Service } from './service.ts';

/**
 * Every service that can be collected, loaded when a task needs it: one file under `resources/` each.
 * The list is written by `npm run generate`.
 */
export const services: Readonly<Record<string, () => Promise<Service>>> = {
  cloudtrail: async () => (await import('./resources/cloudtrail.ts')).service,
  cloudwatch: async () => (await import('./resources/cloudwatch.ts')).service,
  config: async () => (await import('./resources/config.ts')).service,
  dynamodb: async () => (await import('./resources/dynamodb.ts')).service,
  ec2: async () => (await import('./resources/ec2.ts')).service,
  ecr: async () => (await import('./resources/ecr.ts')).service,
  elbv2: async () => (await import('./resources/elbv2.ts')).service,
  guardduty: async () => (await import('./resources/guardduty.ts')).service,
  iam: async () => (await import('./resources/iam.ts')).service,
  kms: async () => (await import('./resources/kms.ts')).service,
  lambda: async () => (await import('./resources/lambda.ts')).service,
  logs: async () => (await import('./resources/logs.ts')).service,
  rds: async () => (await import('./resources/rds.ts')).service,
  s3: async () => (await import('./resources/s3.ts')).service,
  secretsmanager: async () => (await import('./resources/secretsmanager.ts')).service,
  securityhub: async () => (await import('./resources/securityhub.ts')).service,
  sns: async () => (await import('./resources/sns.ts')).service,
  sqs: async () => (await import('./resources/sqs.ts')).service,
};

/** Loads one service by its id; error `collect-service-unknown`. */
export async function loadService(id: string): Promise<Service> {
  const load = Object.hasOwn(services, id) ? services[id] : undefined;
  if (load !== undefined) return load();
  const known = Object.keys(services).join(', ');
  throw new WitnessmarkError('collect-service-unknown', `no service "${id}": expected one of ${known}`);
}

/** All services with what follows from them. */
export interface ServiceCatalogue {
  /** In order of their ids. */
  readonly services: readonly Service[];
  /** Resource type → fact → what it means. */
  readonly factsByType: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Every IAM action that collecting needs, sorted, each once. */
  readonly permissions: readonly string[];
}

/** What reading CloudTrail's event history needs, where there is no trail to read. */
export const EVENT_PERMISSIONS: readonly string[] = ['cloudtrail:LookupEvents'];

/** Loads all services. */
export async function loadServices(): Promise<ServiceCatalogue> {
  const ids = Object.keys(services).sort();
  const loaded = await Promise.all(ids.map(loadService));
  const populations = loaded.flatMap((service) => service.populations);
  const factsByType = Object.fromEntries(populations.map((reader) => [reader.type, reader.facts]));
  return {
    services: loaded,
    factsByType,
    permissions: [...new Set([...permissionsOf(loaded), ...EVENT_PERMISSIONS])].sort(),
  };
}

/** Every IAM action that reading these services needs, sorted, each once. */
export function permissionsOf(of: readonly Service[]): readonly string[] {
  const actions = of.flatMap((service) => [
    ...service.populations.flatMap((reader) => reader.permissions),
    ...(service.findings?.permissions ?? []),
  ]);
  return [...new Set(actions)].sort();
}
