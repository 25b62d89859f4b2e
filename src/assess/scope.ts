import type { Scope } from '../model/scope.ts';

/** Where something is. */
export interface Placed {
  readonly account: string;
  readonly region: string;
}

/** Whether something is within a scope: in one of its accounts, and in one of its regions or in none. */
export function scopeOf(scope: Scope): (it: Placed) => boolean {
  const accounts = new Set(scope.accounts);
  const regions = new Set(['global', ...scope.regions]);
  return ({ account, region }) => accounts.has(account) && regions.has(region);
}
