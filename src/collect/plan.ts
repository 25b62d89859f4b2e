import type { Task } from '../model/run.ts';
import type { Service } from './service.ts';

export interface PlanOptions {
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly services: readonly Pick<Service, 'id' | 'scope'>[];
}

/**
 * Every task of a run, each once: account × region × service, and a global service once per account
 * with the region `global`. Sorted by account, then `global`, then region, then service, so that the
 * same scope gives the same plan in whatever order it was written.
 */
export function plan(options: PlanOptions): Task[] {
  const accounts = sorted(options.accounts);
  const regions = sorted(options.regions.filter((region) => region !== 'global'));
  const of = (scope: Service['scope']) =>
    sorted(options.services.filter((it) => it.scope === scope).map((it) => it.id));
  const globals = of('global').map((service) => ({ region: 'global', service }));
  const regional = of('regional');
  const regionals = regions.flatMap((region) => regional.map((service) => ({ region, service })));
  return accounts.flatMap((account) => [...globals, ...regionals].map((it) => ({ account, ...it })));
}

const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
