import { WitnessmarkError } from '../../model/error.ts';
import type { Json } from '../../model/json.ts';
import { parseArn } from './arn.ts';
import { conditionsHold, hasVariable, type RequestContext } from './conditions.ts';
import { narrowsCaller } from './narrowing.ts';
import { type Patterns, parsePolicy, type Statement } from './policy-document.ts';
import { policyResources } from './policy-resources.ts';
import { covers, overlaps } from './wildcard.ts';

/**
 * Names (`Sid`, else index from 0) of the Allow statements of a resource policy that reach everyone
 * and that no condition certainly narrows. Deny statements are not set against them. Throws for a
 * malformed policy and for a statement without a principal.
 */
export function publicStatements(policy: Json): string[] {
  return parsePolicy(policy)
    .filter((it) => it.effect === 'Allow' && reachesEveryone(it) && !it.conditions.some(narrowsCaller))
    .map((it) => it.name);
}

/** Whether some Allow statement reaches everyone and no condition certainly narrows it. Null: false. */
export function allowsPublic(policy: Json): boolean {
  return publicStatements(policy).length > 0;
}

/**
 * Whether some Allow statement of a resource policy may reach the account or a principal in it.
 * Only a condition that is certainly false for callers of the account rules that out.
 */
export function allowsAccount(policy: Json, account: string): boolean {
  const context: RequestContext = new Map([
    ['aws:principalaccount', [account]],
    ['kms:calleraccount', [account]],
  ]);
  return parsePolicy(policy).some(
    (it) => it.effect === 'Allow' && reachesAccount(it, account) && conditionsHold(it.conditions, context) !== false,
  );
}

/**
 * Whether the policy certainly denies `action` (wildcards allowed) to every principal on every
 * resource that the policy speaks of, in a request with these context keys. Several Deny statements
 * may share the resources. Anything uncertain (an unknown operator, a context key that is not given,
 * `NotPrincipal`, a policy variable) does not count. A null context value means the key is absent.
 */
export function denies(policy: Json, action: string, context: Json): boolean {
  const request = requestContext(context);
  const statements = parsePolicy(policy);
  const certain = statements.filter(
    (it) =>
      it.effect === 'Deny' &&
      it.principals?.certainlyEveryone === true &&
      patternsCover(it.actions, action.toLowerCase()) &&
      conditionsHold(it.conditions, request) === true,
  );
  return (
    certain.length > 0 &&
    policyResources(statements, action).every((resource) =>
      certain.some((it) => it.resources === null || patternsCover(it.resources, resource)),
    )
  );
}

/**
 * Whether an identity policy grants the action on the resource (wildcards allowed in both) in an
 * Allow without condition, and no Deny without condition takes part of it back.
 */
export function allowsAction(policy: Json, action: string, resource: string): boolean {
  const statements = parsePolicy(policy).filter((it) => it.conditions.length === 0);
  const wanted = action.toLowerCase();
  const granted = statements.some((it) => it.effect === 'Allow' && grants(it, wanted, resource));
  return granted && !statements.some((it) => it.effect === 'Deny' && touches(it, wanted, resource));
}

/**
 * Whether some Allow statement of an identity policy grants every action on every resource. A
 * condition on it does not count as a limit, and neither does a Deny elsewhere.
 */
export function allowsFullAdmin(policy: Json): boolean {
  return allowsServiceWildcard(policy).includes('*');
}

/**
 * Whether some Allow statement of an identity policy grants every action of the service (`kms`) on
 * every resource, by name, by wildcard or by leaving it out of a NotAction. Conditions do not count as
 * limits, and neither does a Deny elsewhere.
 */
export function allowsService(policy: Json, service: string): boolean {
  const wanted = `${service.toLowerCase()}:*`;
  return wideStatements(policy).some((it) => patternsCover(it.actions, wanted));
}

/**
 * Services of which some Allow statement grants every action on every resource, sorted, `*` for all
 * services at once and `* but iam:*` for all that a NotAction does not leave out. Conditions do not
 * count as limits.
 */
export function allowsServiceWildcard(policy: Json): string[] {
  const services = wideStatements(policy).flatMap(({ actions }) =>
    actions.negated ? [`* but ${actions.patterns.join(', ')}`] : actions.patterns.flatMap(wholeService),
  );
  return [...new Set(services)].sort();
}

const wideStatements = (policy: Json): Statement[] =>
  parsePolicy(policy).filter((it) => it.effect === 'Allow' && coversAllResources(it));

function wholeService(pattern: string): string[] {
  if (covers(pattern, '*:*')) return ['*'];
  const service = pattern.slice(0, Math.max(0, pattern.indexOf(':')));
  return service !== '' && covers(pattern, `${service}:*`) ? [service] : [];
}

function coversAllResources({ resources }: Statement): boolean {
  if (resources === null || resources.negated) return false;
  const everything = ['arn:aws:*:*:*:*', 'arn:aws-cn:*:*:*:*', 'arn:aws-us-gov:*:*:*:*'];
  return everything.some((it) => patternsCover(resources, it));
}

function reachesEveryone(statement: Statement): boolean {
  if (statement.notPrincipals !== null) return true;
  if (statement.principals !== null) return statement.principals.everyone;
  throw new WitnessmarkError(
    'evaluate-policy-malformed',
    `malformed policy: expected a resource policy, but statement ${statement.name} names no principal`,
  );
}

function reachesAccount(statement: Statement, account: string): boolean {
  if (statement.notPrincipals !== null) return !statement.notPrincipals.aws.some((it) => wholeAccount(it) === account);
  if (reachesEveryone(statement)) return true;
  return statement.principals?.aws.some((it) => it === account || parseArn(it)?.[4] === account) === true;
}

/** The account that `123456789012` or `arn:aws:iam::123456789012:root` stands for as a whole. */
function wholeAccount(principal: string): string | undefined {
  const parts = parseArn(principal);
  return parts?.[5] === 'root' ? parts[4] : principal;
}

function grants(statement: Statement, action: string, resource: string): boolean {
  return (
    patternsCover(statement.actions, action) &&
    statement.resources !== null &&
    patternsCover(statement.resources, resource)
  );
}

function touches(statement: Statement, action: string, resource: string): boolean {
  return (
    patternsTouch(statement.actions, action) &&
    (statement.resources === null || patternsTouch(statement.resources, resource))
  );
}

function patternsCover({ negated, patterns }: Patterns, wanted: string): boolean {
  if (patterns.some(hasVariable)) return !negated && patterns.some((it) => !hasVariable(it) && covers(it, wanted));
  return negated ? !patterns.some((it) => overlaps(it, wanted)) : patterns.some((it) => covers(it, wanted));
}

/** Whether the patterns may hold a part of what is wanted. */
function patternsTouch({ negated, patterns }: Patterns, wanted: string): boolean {
  if (negated) return !patterns.some((it) => !hasVariable(it) && covers(it, wanted));
  return patterns.some((it) => overlaps(it.replaceAll(/\$\{[^}]*\}/g, '*'), wanted));
}

function requestContext(context: Json): RequestContext {
  if (typeof context !== 'object' || context === null || Array.isArray(context))
    throw new WitnessmarkError('evaluate-context', 'expected the request context to be a map of condition keys');
  return new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), contextValues(value)]));
}

function contextValues(value: Json): string[] {
  if (value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(String);
}
