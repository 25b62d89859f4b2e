import type { Person } from '../model/access.ts';
import { Role } from '../model/access.ts';
import { WitnessmarkError } from '../model/error.ts';
import { AssessmentId } from '../model/statement.ts';

/** Who is asking, as somebody vouched for them, and what they may do. */
export interface Principal {
  readonly person: Person;
  readonly roles: readonly Role[];
  /** Ids of the assessments that an auditor may see. */
  readonly assessments: readonly string[];
}

/** Which claims of a token (RFC 7519) say what; the defaults are those of Amazon Cognito. */
export interface ClaimNames {
  /** The only issuer that is taken. */
  readonly issuer: string;
  /** The client that the token must be for: `aud` of an id token, `client_id` of an access token. */
  readonly audience: string;
  readonly roles?: string;
  /** What the names of roles begin with among the groups of that claim. */
  readonly prefix?: string;
  readonly assessments?: string;
}

const MAX_LIST = 200;

/**
 * Reads the claims of a token whose signature was verified by the authorizer before. Throws
 * `api-not-signed-in` for a token of another issuer or client, one that has expired, and one that names
 * nobody. What it does not know among groups and assessments is left out.
 */
export function principalOf(claims: unknown, names: ClaimNames, now: string): Principal {
  if (typeof claims !== 'object' || claims === null) throw noClaims('there are none');
  const get = (name: string): unknown => (Object.hasOwn(claims, name) ? Reflect.get(claims, name) : undefined);
  const subject = get('sub');
  if (typeof subject !== 'string' || subject === '' || subject.length > 256) throw noClaims('sub names nobody');
  if (get('iss') !== names.issuer) throw noClaims('iss is another issuer');
  const audience = listOf(get('aud') ?? get('client_id'));
  if (!audience.includes(names.audience)) throw noClaims('it is for another client');
  const expires = Number(get('exp'));
  if (!(expires * 1000 > Date.parse(now))) throw noClaims('it has expired');
  const prefix = names.prefix ?? 'witnessmark-';
  const groups = listOf(get(names.roles ?? 'cognito:groups'));
  const allowed = listOf(get(names.assessments ?? 'custom:assessments'));
  const name = get('name') ?? get('email');
  return {
    person: {
      subject,
      issuer: names.issuer,
      ...(typeof name === 'string' && name !== '' && name.isWellFormed() ? { name: name.slice(0, 200) } : {}),
    },
    roles: Role.options.filter((role) => groups.includes(`${prefix}${role}`)),
    assessments: allowed.filter((it) => AssessmentId.safeParse(it).success),
  };
}

/**
 * The items of a claim. API Gateway hands on lists as text, `[a b]`; custom attributes of Cognito are one
 * text, with blanks or commas between the items.
 */
function listOf(claim: unknown): string[] {
  const items = Array.isArray(claim) ? claim.map(String) : typeof claim === 'string' ? wordsOf(claim) : [];
  return items.slice(0, MAX_LIST);
}

const wordsOf = (text: string): string[] =>
  text
    .slice(0, 64 * 1024)
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/[\s,"]+/)
    .filter((it) => it !== '');

/** The claims that API Gateway verified for an HTTP API (payload format 2.0), from the bindings of `hono/aws-lambda`. */
export function gatewayClaims(env: unknown): unknown {
  let at: unknown = env;
  for (const name of ['event', 'requestContext', 'authorizer', 'jwt', 'claims']) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

const noClaims = (why: string): WitnessmarkError =>
  new WitnessmarkError('api-not-signed-in', `the token is not one that counts here: ${why}`, { hint: 'sign in again' });
