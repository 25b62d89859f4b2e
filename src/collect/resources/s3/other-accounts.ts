import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform((it) => (typeof it === 'string' ? [it] : it));
/** `"*"` stands for `{"AWS": "*"}`. */
function named(principal: string): Record<string, string[]> {
  return { AWS: [principal] };
}

const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string().transform(named), z.record(z.string(), texts)]).optional(),
  NotPrincipal: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type Statement = z.infer<typeof Statement>;
const Policy = z.object({
  Statement: z.union([z.array(Statement), Statement.transform((it) => [it])]),
});

/**
 * Accounts other than `account` that the Allow statements of a resource policy may let in, sorted: ids,
 * canonical ids, or `*` where a statement reaches more than the principals that it names. AWS services and
 * identity providers are no accounts: they act for somebody else. A principal of another account counts
 * whatever its condition says; `*` does not count where a condition holds it to `account`. Deny statements
 * are not set against it. Throws where the policy is not understood.
 */
export function otherAccounts(policy: JsonObject, account: string): string[] {
  const statements = Policy.parse(policy).Statement.filter((it) => it.Effect === 'Allow');
  const found = statements.flatMap((it) => accountsOf(it).filter((one) => one !== '*' || !isHeldTo(it, account)));
  return [...new Set(found)].filter((it) => it !== account).sort();
}

function accountsOf({ Principal = {}, NotPrincipal }: Statement): string[] {
  if (NotPrincipal !== undefined) return ['*'];
  const everyone = Object.values(Principal).some((values) => values.includes('*')) ? ['*'] : [];
  return [...(Principal.AWS ?? []).flatMap(accountOf), ...(Principal.CanonicalUser ?? []), ...everyone];
}

/** Nothing for the identity of a CloudFront distribution and for the id of a principal that was deleted. */
function accountOf(principal: string): string[] {
  if (principal === '*' || /^\d{12}$/.test(principal)) return [principal];
  const account = principal.split(':')[4];
  if (account === undefined || account === 'cloudfront') return [];
  return [/^\d{12}$/.test(account) ? account : '*'];
}

/** Condition keys that name the caller's account, or the resource for which a service calls. */
const KEYS = new Set([
  'aws:principalaccount',
  'aws:sourceaccount',
  'aws:sourceowner',
  'aws:principalarn',
  'aws:sourcearn',
]);
/** Operators that a request without the key does not pass. */
const OPERATORS = new Set(['StringEquals', 'StringLike', 'ArnEquals', 'ArnLike']);

function isHeldTo({ Condition }: Statement, account: string): boolean {
  const tests = Object.entries(Condition).flatMap(([operator, keys]) =>
    OPERATORS.has(operator) ? Object.entries(keys) : [],
  );
  return tests.some(([key, values]) => {
    const wanted = texts.safeParse(values);
    if (!KEYS.has(key.toLowerCase()) || !wanted.success || wanted.data.length === 0) return false;
    return wanted.data.every(
      (it) => it === account || new RegExp(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:${account}:`).test(it),
    );
  });
}
