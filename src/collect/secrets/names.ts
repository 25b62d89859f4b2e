import type { Json } from '../../model/json.ts';

/**
 * Keys whose values are secrets by their name, compared in lower case without `-`, `_`, `.` and
 * spaces. Whole names, not parts of names: `PasswordLastUsed`, `HttpTokens` and `SecretArn` are facts.
 */
const SECRET_KEYS = new Set(
  `accesstoken accountkey adminpassword apikey apisecret authtoken authorization awssecretaccesskey awssessiontoken
  base32stringseed bearertoken clientsecret clientmasterkey confirmationcode connectionstring cookie credential
  customergatewayconfiguration databasepassword dbpassword encryptedpassword idtoken keymaterial masterpassword
  masteruserpassword passcode passphrase passwd password plaintext presharedkey privatekey privatekeymaterial
  privatekeyplaintext privatekeypem proxyauthorization pwd qrcodepng refreshtoken rootpassword samlassertion secret
  secretaccesskey secretbinary secrethash secretkey secretstring sessiontoken setcookie sharedaccesskey sharedsecret
  temporarypassword token userdata userpassword verificationcode webidentitytoken`.split(/\s+/),
);

/** Kept whole as one secret: names of variables tell little, and their number is a secret's neighbour. */
const ENVIRONMENT_KEYS = new Set(['environment', 'environmentvariables', 'containerdefinitions']);

/** Ends of names that people choose, of tags, parameters, variables and keys of free maps. */
const SECRET_ENDINGS = `accesskey accountkey apikey apitoken authkey connectionstring connstr credentials encryptionkey
  jwt passcode passphrase passwd password privatekey pwd secret secretkey secretstring sharedkey signingkey token`.split(
  /\s+/,
);

/** Tokens against doing a thing twice, of pages and of change control: AWS gives or takes them in the open. */
const OPEN_TOKENS = new Set(
  `backwardtoken changetoken clienttoken clientrequesttoken continuationtoken creationtoken forwardtoken
  idempotencytoken idempotenttoken lifecycleactiontoken locktoken nextbackwardtoken nextcontinuationtoken
  nextforwardtoken nextlocktoken nextpagetoken nextsequencetoken nexttoken pagetoken paginationtoken
  previouschangetoken requesttoken sequencetoken subjectfromwebidentitytoken synctoken updatetoken uploadsequencetoken usagetoken`.split(
    /\s+/,
  ),
);

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

/** What the name of a key says of its value. */
export type KeyKind = 'secret' | 'variables' | 'ends-like-secret' | 'environment' | 'map' | 'other';

/** Keys repeat in every record; bounded, since they come from outside. */
const kinds = new Map<string, KeyKind>();
const MAX_CACHED = 10_000;

export function keyKind(key: string): KeyKind {
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const kind = kindOf(key.length > 256 ? key.slice(-256) : key);
  if (kinds.size < MAX_CACHED && key.length <= 256) kinds.set(key, kind);
  return kind;
}

function kindOf(key: string): KeyKind {
  const name = plain(key);
  if (SECRET_KEYS.has(name)) return 'secret';
  if (name === 'variables') return 'variables';
  if (name === 'environment' || name.endsWith('environmentvariables')) return 'environment';
  if (name === 'stagevariables') return 'map';
  return isSecretName(key) ? 'ends-like-secret' : 'other';
}

/** Whether `variables` below this key are those of a function or a container, which hold secrets under any name. */
export function isEnvironment(parent: string | number | undefined): boolean {
  return typeof parent === 'string' && ENVIRONMENT_KEYS.has(plain(parent));
}

/**
 * Whether a tag, parameter or variable of this name holds a secret: people name these freely, and no
 * fact rests on their values, so the ending of the name is enough.
 */
export function isSecretName(name: string): boolean {
  const text = plain(name);
  return SECRET_ENDINGS.some((ending) => text.endsWith(ending)) && !OPEN_TOKENS.has(text);
}

/** A page token that must not be changed. Only a string is one. */
export function staysReadable(key: string, value: Json): boolean {
  return typeof value === 'string' && PAGE_TOKENS.has(key);
}

const REFERENCE =
  /^(?:arn:aws[\w-]*:[\w-]+:[\w-]*:\d*:[^\s"']+|\{\{resolve:[^{}]*\}\}|\$\{[\w.:-]+\}|\$[A-Z_][A-Z0-9_]*)$/;
const WORD =
  /^(?:seconds|minutes|hours|days|required|optional|enabled|disabled|inactive|active|true|false|none|null|yes|no|\*+|HIDDEN_DUE_TO_SECURITY_REASONS|<sensitiveDataRemoved>)$/i;

/** A value that names a secret kept elsewhere, a unit or a switch (`TokenValidityUnits`): not itself a secret. */
export function isHarmless(text: string): boolean {
  return WORD.test(text) || REFERENCE.test(text);
}
