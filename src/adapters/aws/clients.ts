import type { ServiceClient } from './client.ts';

/** Every service that can be called, loaded on first use. The list is written by `npm run generate`. */
const clients: Readonly<Record<string, () => Promise<ServiceClient>>> = {
  cloudtrail: async () => (await import('./clients/cloudtrail.ts')).client,
  config: async () => (await import('./clients/config.ts')).client,
  ec2: async () => (await import('./clients/ec2.ts')).client,
  iam: async () => (await import('./clients/iam.ts')).client,
  kms: async () => (await import('./clients/kms.ts')).client,
  s3: async () => (await import('./clients/s3.ts')).client,
  sts: async () => (await import('./clients/sts.ts')).client,
};

/** Ids of the services that can be called, sorted. */
export const clientIds: readonly string[] = Object.keys(clients).sort();

/** The client module of a service, or undefined where there is none. */
export async function loadClient(service: string): Promise<ServiceClient | undefined> {
  return Object.hasOwn(clients, service) ? clients[service]?.() : undefined;
}
