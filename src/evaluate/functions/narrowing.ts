import { parseArn } from './arn.ts';
import { type AddressRange, parseCidr } from './cidr.ts';
import type { Condition } from './policy-document.ts';

type Fixed = (value: string, operator: string) => boolean;

const account: Fixed = (value) => /^\d{12}$/.test(value);
const organization: Fixed = (value) => /^o-[a-z0-9]{10,32}$/.test(value);
const organizationPath: Fixed = (value) => /^o-[a-z0-9]{10,32}\//.test(value);

/**
 * Keys that say who calls, or from where, with what a value must look like to single somebody out.
 * Follows "The meaning of public" of the S3 user guide and the IAM guide's global condition keys.
 * Left out on purpose: keys that any account can satisfy (principal tags, user names, external ids,
 * `kms:ViaService`, encryption headers).
 */
const WHO: Readonly<Record<string, Fixed>> = {
  'aws:sourceaccount': account,
  'aws:sourceowner': account,
  'aws:principalaccount': account,
  'aws:vpceaccount': account,
  'kms:calleraccount': account,
  's3:dataaccesspointaccount': account,
  'aws:sourceorgid': organization,
  'aws:principalorgid': organization,
  'aws:vpceorgid': organization,
  'aws:sourceorgpaths': organizationPath,
  'aws:principalorgpaths': organizationPath,
  'aws:vpceorgpaths': organizationPath,
  'aws:sourcevpc': (value) => /^vpc-[0-9a-f]{8,17}$/.test(value),
  'aws:sourcevpce': (value) => /^vpce-[0-9a-f]{8,17}$/.test(value),
  'aws:sourcevpcarn': ofOneAccount,
  'aws:principalarn': ofOneAccount,
  's3:dataaccesspointarn': ofOneAccount,
  'aws:sourcearn': (value, operator) => ofOneAccount(value, operator) || oneBucket(value),
  'aws:userid': (value) => /^(AIDA|AROA)[A-Z0-9]{12,}(:|$)/.test(value) || account(value, ''),
};

const EQUALITY = new Set(['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike']);

/**
 * Whether a condition of an Allow certainly limits who may call. It takes a key that says who, an
 * operator that the request cannot pass by leaving the key out (so neither `…IfExists` nor
 * `ForAllValues`), and only values that single somebody out: one wildcard among them opens it again.
 */
export function narrowsCaller(condition: Condition): boolean {
  if (condition.ifExists || condition.quantifier === 'all' || condition.values.length === 0) return false;
  if (condition.operator === 'IpAddress') return isSourceIp(condition.key) && condition.values.every(narrowRange);
  if (!EQUALITY.has(condition.operator) || !Object.hasOwn(WHO, condition.key)) return false;
  return condition.values.every((value) => WHO[condition.key]?.(value, condition.operator) === true);
}

function isSourceIp(key: string): boolean {
  return key === 'aws:sourceip' || key === 'aws:vpcsourceip';
}

/**
 * The account part must be one account. The Arn operators match part by part, so wildcards are
 * harmless elsewhere; under StringLike one before the account could reach over the colons.
 */
function ofOneAccount(value: string, operator: string): boolean {
  const parts = parseArn(value);
  if (parts === undefined || !/^\d{12}$/.test(parts[4] ?? '')) return false;
  return operator.startsWith('Arn') || !/[*?]/.test(parts.slice(0, 4).join(':'));
}

/** Bucket ARNs have no account, but a bucket name belongs to one account at a time. */
function oneBucket(value: string): boolean {
  return /^arn:aws[a-z-]*:s3:::[a-z0-9.-]{3,63}$/.test(value);
}

/** S3 calls ranges wider than /8 (IPv4) or /32 (IPv6) public. */
function narrowRange(value: string): boolean {
  const range = readRange(value);
  return range !== undefined && range.prefix >= (range.version === 4 ? 8 : 32);
}

function readRange(value: string): AddressRange | undefined {
  try {
    return parseCidr(value);
  } catch {
    return undefined; // a range that cannot be read narrows nothing for certain
  }
}
