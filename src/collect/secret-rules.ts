import type { Json } from '../model/json.ts';

/**
 * Keys whose values are secrets by their name, compared in lower case without `-`, `_`, `.` and
 * spaces. Whole names, not parts of names: `PasswordLastUsed`, `HttpTokens` and `SecretArn` are facts.
 */
const SECRET_KEYS = new Set([
  'accesstoken',
  'adminpassword',
  'apikey',
  'apisecret',
  'authtoken',
  'authorization',
  'awssecretaccesskey',
  'awssessiontoken',
  'bearertoken',
  'clientsecret',
  'connectionstring',
  'credential',
  'dbpassword',
  'databasepassword',
  'idtoken',
  'keymaterial',
  'masterpassword',
  'masteruserpassword',
  'passphrase',
  'passwd',
  'password',
  'presharedkey',
  'privatekey',
  'privatekeymaterial',
  'pwd',
  'refreshtoken',
  'rootpassword',
  'secret',
  'secretaccesskey',
  'secretbinary',
  'secretkey',
  'secretstring',
  'sessiontoken',
  'sharedsecret',
  'temporarypassword',
  'token',
  'userdata',
  'userpassword',
]);

/** Environments of functions and containers hold secrets under any name. */
const ENVIRONMENT_KEYS = new Set(['environment', 'environmentvariables', 'containerdefinitions']);

/**
 * Page tokens stay as they are: they lead to the next page, live for minutes, and a call with a
 * changed one fails. `Token` alone is not among them.
 */
const PAGE_TOKENS = new Set([
  'ContinuationToken',
  'Marker',
  'NextContinuationToken',
  'NextMarker',
  'NextPageToken',
  'NextToken',
  'PaginationToken',
  'nextToken',
]);

const plain = (key: string): string => key.toLowerCase().replaceAll(/[-_. ]/g, '');

/** Whether the value under this key is a secret. `path` leads to the object that holds the key. */
export function isSecretKey(key: string, path: readonly (string | number)[]): boolean {
  const name = plain(key);
  if (SECRET_KEYS.has(name) || name === 'environmentvariables') return true;
  const parent = path.at(-1);
  return name === 'variables' && typeof parent === 'string' && ENVIRONMENT_KEYS.has(plain(parent));
}

const SECRET_ENDINGS = [
  'accesskey',
  'apikey',
  'credentials',
  'passphrase',
  'passwd',
  'password',
  'privatekey',
  'pwd',
  'secret',
  'secretkey',
  'token',
];

/**
 * Whether a tag, parameter or variable of this name holds a secret: people name these freely, and no
 * fact rests on their values, so the ending of the name is enough.
 */
export function isSecretName(name: string): boolean {
  const text = plain(name);
  return SECRET_ENDINGS.some((ending) => text.endsWith(ending));
}

/** A page token that must not be changed. Only a string is one. */
export function staysReadable(key: string, value: Json): boolean {
  return typeof value === 'string' && PAGE_TOKENS.has(key);
}

export interface CredentialRule {
  readonly rule: string;
  /** Global; matches the credential and nothing around it. Without nested repetition: linear time. */
  readonly pattern: RegExp;
  /** How many characters at the end stay visible. */
  readonly keeps?: number;
}

/** Strings that are credentials by their form, in any place. Ids of users and roles (AIDA, AROA) are not. */
export const credentialRules: readonly CredentialRule[] = [
  {
    rule: 'private-key',
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
  },
  { rule: 'access-key-id', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, keeps: 4 },
  {
    rule: 'json-web-token',
    pattern: /(?<![\w.-])eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{8,4000}/g,
  },
  { rule: 'github-token', pattern: /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255})/g },
  { rule: 'slack-token', pattern: /(?<!\w)xox[abeoprs]-[A-Za-z0-9-]{10,250}/g },
  {
    rule: 'slack-webhook',
    pattern: /https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{10,250}/g,
  },
  { rule: 'stripe-key', pattern: /(?<!\w)[rs]k_live_[A-Za-z0-9]{16,250}/g },
  { rule: 'google-api-key', pattern: /(?<!\w)AIza[\w-]{35}(?![\w-])/g },
  {
    rule: 'secret-access-key',
    pattern: /(?<=aws_?secret_?access_?key["']?\s{0,5}[:=]\s{0,5}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  },
  // user:password@ in a URL: only the password.
  { rule: 'url-password', pattern: /(?<=:\/\/[^\s:/?#@"']{1,100}:)[^\s:/?#@"']{1,200}(?=@)/g },
];
