import { z } from 'zod';
import type { Aws } from '../../service.ts';
import { matchesWildcard } from '../shared/wildcard.ts';

const Rule = z.object({
  scanFrequency: z.string(),
  repositoryFilters: z.array(z.object({ filter: z.string(), filterType: z.literal('WILDCARD') })),
});

const Scanning = z.object({
  scanningConfiguration: z.object({ scanType: z.enum(['BASIC', 'ENHANCED']), rules: z.array(Rule).default([]) }),
});

/** How the registry's rules scan one repository. A type, not an interface, so that it is JSON. */
export type RegistryScan = { readonly scanType: 'BASIC' | 'ENHANCED'; readonly frequencies: string[] };

/** The scanning configuration of the registry: one for each account and region. */
export async function registryScanning(aws: Aws): Promise<z.infer<typeof Scanning>['scanningConfiguration']> {
  return (await aws.get('ecr:GetRegistryScanningConfiguration', {}, Scanning)).scanningConfiguration;
}

/** The frequencies of the rules that name the repository: SCAN_ON_PUSH, CONTINUOUS_SCAN, MANUAL. */
export function registryScan(
  { scanType, rules }: Awaited<ReturnType<typeof registryScanning>>,
  repository: string,
): RegistryScan {
  const chosen = rules.filter((rule) => rule.repositoryFilters.some((it) => selects(it.filter, repository)));
  return { scanType, frequencies: [...new Set(chosen.map((it) => it.scanFrequency))] };
}

/**
 * A filter without a wildcard selects every name that contains it
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html).
 */
function selects(filter: string, repository: string): boolean {
  return filter.includes('*') ? matchesWildcard(filter, repository) : repository.includes(filter);
}
