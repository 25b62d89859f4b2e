import { createHmac } from 'node:crypto';
import { canonicalize } from '../ledger/canonical.ts';
import { byText } from '../model/by-text.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Redaction } from '../model/retrieval.ts';
import { pointer } from './failure.ts';
import { fieldRule, takesNext } from './secrets/fields.ts';
import { isHarmless } from './secrets/names.ts';
import { PLACEHOLDER, type TextRules, takeSecrets } from './secrets/text.ts';

export interface RedactOptions {
  /** Per-deployment secret of the digests, so that a short secret cannot be guessed from its digest. */
  readonly secret: string | Uint8Array;
}

export interface Redacted {
  readonly value: Json;
  /** What was taken out, sorted by path; paths are JSON pointers (RFC 6901). */
  readonly redactions: readonly Redaction[];
  /** Placeholder → what stood there, for credential-like strings. Held in memory only, never stored. */
  readonly originals: ReadonlyMap<string, string>;
}

/**
 * Takes secrets out of an answer before it is hashed, stored or read.
 *
 * - A value under a secret-like key (`MasterUserPassword`, `UserData`, the variables of an
 *   environment …) becomes `{"redacted": "<rule>", "digest": "hmac-sha256:<hex>"}`, whatever it was.
 * - A credential-like string (an access-key id, a private key, a JSON web token …) becomes
 *   `redacted:<rule>:hmac-sha256:<hex>` and stays a string, alone or inside a longer text, so that a
 *   list of names in which one looks like a key can still be read, and a policy document stays JSON.
 *   The last four characters follow for access-key ids, by which people tell keys apart. So does what
 *   stands behind a telling name in a text (`password=…`, `Authorization: …`).
 * - JSON in a string, base64 and URL-encoding are looked into, and stay what they are; the path of what
 *   was found there is that of the string. Keys are looked at as strings are.
 * - What is nested deeper than any answer becomes `redacted:too-deep:…` unseen.
 *
 * Equal secrets have equal digests under one `secret`. Redacting a redacted answer changes nothing
 * and lists the same redactions, which is what lets a recording be replayed to the same bytes.
 * Page tokens (NextToken, Marker, ContinuationToken …) stay: without them no page leads to the next.
 */
export function redact(answer: Json, options: RedactOptions): Redacted {
  const redactions: Redaction[] = [];
  const originals = new Map<string, string>();
  const digest = (text: string) =>
    `hmac-sha256:${createHmac('sha256', options.secret).update('witnessmark redaction v1\0').update(text).digest('hex')}`;
  const value = walk(answer, TOP, { redactions, originals, digest });
  redactions.sort((a, b) => byText(a.path, b.path));
  return { value, redactions, originals };
}

interface Context {
  readonly redactions: Redaction[];
  readonly originals: Map<string, string>;
  digest(text: string): string;
}

/** Where a value is. A chain, so that a step down costs the same at any depth. */
interface Place {
  readonly above: Place | undefined;
  readonly key: string | number;
  readonly depth: number;
  /** Strings with JSON in them that this is in. */
  readonly layers: number;
}

const TOP: Place = { above: undefined, key: '', depth: 0, layers: 0 };
const below = (above: Place, key: string | number): Place => ({ ...above, above, key, depth: above.depth + 1 });

/** Less than canonical JSON may have, so that what is left can be hashed. */
const MAX_DEPTH = 90;
const MAX_JSON_LAYERS = 4;

function walk(value: Json, place: Place, context: Context): Json {
  if (typeof value === 'string') return redactText(value, place, context);
  if (value === null || typeof value !== 'object') return value;
  if (place.depth >= MAX_DEPTH) return listedText('too-deep', 'nested too deep', place, context);
  if (Array.isArray(value)) return walkList(value, place, context);
  const marker = markerOf(value);
  return marker === undefined ? walkObject(value as JsonObject, place, context) : listed(marker, place, context);
}

function walkObject(object: JsonObject, place: Place, context: Context): Json {
  const ruleOf = fieldRule(object, place.key, place.above?.key);
  const result: Record<string, Json> = {};
  for (const [name, item] of Object.entries(object)) {
    const key = redactKey(name, place, context);
    const rule = ruleOf(name, item);
    if (rule === 'readable') put(result, key, item);
    else if (rule === undefined) put(result, key, walk(item, below(place, key), context));
    else put(result, key, takeOut(item, rule, below(place, key), context));
  }
  return result;
}

/** A key such as `__proto__` is one like any other. */
function put(result: Record<string, Json>, key: string, value: Json): void {
  if (key === '__proto__')
    Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
  else result[key] = value;
}

function walkList(list: readonly Json[], place: Place, context: Context): Json {
  return list.map((item, index) => {
    const at = below(place, index);
    const flag = index === 0 ? undefined : list[index - 1];
    if (typeof item !== 'string' || typeof flag !== 'string' || !takesNext(flag)) return walk(item, at, context);
    return item === '' || isHarmless(item) || item.startsWith('redacted:')
      ? walk(item, at, context)
      : listedText('assigned', item, at, context);
  });
}

/** Booleans, null and what is empty tell whether there is a secret, not what it is. */
function takeOut(value: Json, rule: string, place: Place, context: Context): Json {
  if (typeof value === 'boolean' || isEmpty(value)) return value;
  // A placeholder stays one: broken JSON that was redacted as text may have become JSON by that.
  if (typeof value === 'string' && (isHarmless(value) || WHOLE.test(value))) return walk(value, place, context);
  return listed(markerOf(value) ?? { redacted: rule, digest: context.digest(textOf(value)) }, place, context);
}

function isEmpty(value: Json): boolean {
  if (value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  try {
    return canonicalize(value);
  } catch {
    return 'not canonical JSON';
  }
}

/** A string that is a placeholder and nothing else. */
const WHOLE = new RegExp(`^${PLACEHOLDER.source}$`);

type Marker = { readonly redacted: string; readonly digest: string };

function listed(marker: Marker, place: Place, { redactions }: Context): Json {
  redactions.push({ path: pathOf(place), rule: marker.redacted, digest: marker.digest });
  return marker;
}

/** A placeholder that is a whole string. */
function listedText(rule: string, secret: string, place: Place, context: Context): string {
  const digest = context.digest(secret);
  const placeholder = `redacted:${rule}:${digest}`;
  context.originals.set(placeholder, secret);
  context.redactions.push({ path: pathOf(place), rule, digest });
  return placeholder;
}

function pathOf(place: Place): string {
  const keys: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.above !== undefined; at = at.above) {
    // What is in a string of JSON is told by the place of the string.
    if (at.layers === 0) keys.unshift(at.key);
  }
  return pointer(keys);
}

const DIGEST = /^hmac-sha256:[0-9a-f]{64}$/;

/** What an earlier redaction left. */
function markerOf(value: Json): Marker | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !('redacted' in value)) return undefined;
  const { redacted, digest, ...others } = value as JsonObject;
  const isMarker =
    typeof redacted === 'string' &&
    /^[a-z0-9-]{1,40}$/.test(redacted) &&
    typeof digest === 'string' &&
    DIGEST.test(digest);
  return isMarker && Object.keys(others).length === 0 ? { redacted, digest } : undefined;
}

/** Broken JSON that is redacted as text may become JSON by that, and is then looked at as such. */
const MAX_PASSES = 4;

/**
 * Until nothing changes, so that another redaction finds what this one did; what the last pass finds is
 * what is there. Most that change become one placeholder, in which nothing more can be found.
 */
function redactText(text: string, place: Place, context: Context): string {
  if (text.length < 8) return text;
  const { redactions } = context;
  const before = redactions.length;
  const rules = textRules(place, context);
  let [from, to] = [text, takeSecrets(text, rules)];
  for (let pass = 1; to !== from && pass < MAX_PASSES && !WHOLE.test(to); pass += 1) {
    redactions.length = before;
    [from, to] = [to, takeSecrets(to, rules)];
  }
  return to;
}

/** Keys repeat in every record, and hardly any holds a credential. */
const cleanKeys = new Set<string>();
const MAX_CACHED_KEYS = 10_000;

function redactKey(key: string, place: Place, context: Context): string {
  if (key.length < 16 || cleanKeys.has(key)) return key;
  const result = redactText(key, place, context);
  if (result === key && cleanKeys.size < MAX_CACHED_KEYS && key.length < 256 && !key.includes('redacted'))
    cleanKeys.add(key);
  return result;
}

function textRules(place: Place, context: Context): TextRules {
  return {
    take(rule, secret, keeps) {
      const tail = keeps === undefined ? '' : `:${secret.slice(-keeps)}`;
      const placeholder = `redacted:${rule}:${context.digest(secret)}${tail}`;
      context.originals.set(placeholder, secret);
      return placeholder;
    },
    found: (rule, digest) => void context.redactions.push({ path: pathOf(place), rule, digest }),
    json: (text) => redactJson(text, place, context),
  };
}

/** JSON in a string: written anew only where something was in it, since readers compare and hash what is there. */
function redactJson(text: string, place: Place, context: Context): string | undefined {
  if (place.layers >= MAX_JSON_LAYERS || !/^\s*[[{]/.test(text)) return undefined;
  const parsed = parsedJson(text);
  if (parsed === undefined) return undefined;
  const before = context.redactions.length;
  const value = walk(parsed, { ...place, above: place, depth: place.depth + 1, layers: place.layers + 1 }, context);
  return context.redactions.length === before ? undefined : JSON.stringify(value);
}

function parsedJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Puts originals back into the input of a call, as AWS needs it; what is recorded keeps the placeholders. */
export function restore(input: Json, originals: ReadonlyMap<string, string>): Json {
  if (originals.size === 0) return input;
  if (typeof input === 'string') return input.replace(PLACEHOLDER, (found) => originals.get(found) ?? found);
  if (Array.isArray(input)) return input.map((item: Json) => restore(item, originals));
  if (input === null || typeof input !== 'object') return input;
  return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, restore(item, originals)]));
}
