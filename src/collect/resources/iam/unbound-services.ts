import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform((it) => (typeof it === 'string' ? [it] : it));
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.union([z.string(), z.record(z.string(), texts)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
type Statement = z.infer<typeof Statement>;
const Policy = z.object({
  Statement: z.union([z.array(Statement), Statement.transform((it) => [it])]),
});

/**
 * Global condition keys that say for which resource, account or organization a service calls
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html), and the account of the caller.
 */
const KEYS = new Set([
  ...['aws:sourcearn', 'aws:sourceaccount', 'aws:sourceorgid', 'aws:sourceorgpaths', 'aws:principalaccount'],
]);
/** Operators that a request without the key does not pass. */
const OPERATORS = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))$/;

/**
 * AWS services that an Allow statement of a trust policy lets in whatever resource they act for: no condition of the
 * statement names a source. Sorted. A value of nothing but wildcards names none. Throws where the policy is not understood.
 */
export function unboundServices(trust: JsonObject): string[] {
  const open = Policy.parse(trust).Statement.filter((it) => it.Effect === 'Allow' && !namesSource(it));
  return [...new Set(open.flatMap(servicesOf))].sort();
}

function servicesOf({ Principal }: Statement): string[] {
  return typeof Principal === 'object' ? (Principal.Service ?? []) : [];
}

function namesSource({ Condition }: Statement): boolean {
  const tests = Object.entries(Condition).filter(([operator]) => OPERATORS.test(operator));
  return tests
    .flatMap(([, keys]) => Object.entries(keys))
    .some(([key, values]) => KEYS.has(key.toLowerCase()) && isTelling(values));
}

function isTelling(values: unknown): boolean {
  const wanted = texts.safeParse(values);
  return (
    wanted.success &&
    wanted.data.length > 0 &&
    wanted.data.every((it) => /[^*?:]/.test(it.replace(/^arn:aws[a-z-]*/, '')))
  );
}
