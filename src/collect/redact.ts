import { createHmac } from 'node:crypto';
import { canonicalize } from '../ledger/canonical.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Redaction } from '../model/retrieval.ts';
import { pointer } from './failure.ts';
import { credentialRules, isSecretKey, isSecretName, staysReadable } from './secret-rules.ts';

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
 *   The last four characters follow for access-key ids, by which people tell keys apart.
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
  const value = walk(answer, [], { redactions, originals, digest });
  redactions.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { value, redactions, originals };
}

interface Context {
  readonly redactions: Redaction[];
  readonly originals: Map<string, string>;
  digest(text: string): string;
}

type Path = readonly (string | number)[];

function walk(value: Json, path: Path, context: Context): Json {
  if (typeof value === 'string') return redactText(value, path, context);
  if (Array.isArray(value)) return value.map((item: Json, index) => walk(item, [...path, index], context));
  if (value === null || typeof value !== 'object') return value;
  const marker = markerOf(value);
  if (marker !== undefined) return listed(marker, path, context);
  const object = value as JsonObject;
  const isNamedSecret = namesSecret(object);
  const entries = Object.entries(object).map(([key, item]): [string, Json] => {
    const at = [...path, key];
    if (staysReadable(key, item)) return [key, item];
    const rule =
      isNamedSecret && VALUE_KEYS.has(key) ? 'named-value' : isSecretKey(key, path) ? 'secret-key' : undefined;
    return [key, rule === undefined ? walk(item, at, context) : takeOut(item, rule, at, context)];
  });
  return Object.fromEntries(entries);
}

const NAME_KEYS = ['Key', 'key', 'Name', 'name', 'ParameterKey', 'ParameterName'];
const VALUE_KEYS = new Set(['Value', 'value', 'ParameterValue']);

/** `{Key: "db-password", Value: "…"}`: a tag, a parameter or an environment variable with a telling name. */
function namesSecret(object: JsonObject): boolean {
  return NAME_KEYS.some((key) => typeof object[key] === 'string' && isSecretName(object[key]));
}

/** Booleans, null and the empty string tell whether there is a secret, not what it is. */
function takeOut(value: Json, rule: string, path: Path, context: Context): Json {
  if (value === null || typeof value === 'boolean' || value === '') return value;
  const text = typeof value === 'string' ? value : canonicalize(value);
  return listed(markerOf(value) ?? { redacted: rule, digest: context.digest(text) }, path, context);
}

type Marker = { readonly redacted: string; readonly digest: string };

function listed(marker: Marker, path: Path, { redactions }: Context): Json {
  redactions.push({ path: pointer(path), rule: marker.redacted, digest: marker.digest });
  return marker;
}

const DIGEST = /^hmac-sha256:[0-9a-f]{64}$/;

/** What an earlier redaction left. */
function markerOf(value: Json): Marker | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const { redacted, digest, ...others } = value as JsonObject;
  const isMarker = typeof redacted === 'string' && typeof digest === 'string' && DIGEST.test(digest);
  return isMarker && Object.keys(others).length === 0 ? { redacted, digest } : undefined;
}

const PLACEHOLDER = /redacted:([a-z0-9-]+):(hmac-sha256:[0-9a-f]{64})(?::[A-Z0-9]{4})?/g;

function redactText(text: string, path: Path, context: Context): string {
  const replaced = credentialRules.reduce(
    (rest, { rule, pattern, keeps }) =>
      rest.replace(pattern, (found) => {
        const tail = keeps === undefined ? '' : `:${found.slice(-keeps)}`;
        const placeholder = `redacted:${rule}:${context.digest(found)}${tail}`;
        context.originals.set(placeholder, found);
        return placeholder;
      }),
    text,
  );
  for (const [, rule = '', digest = ''] of replaced.matchAll(PLACEHOLDER)) {
    context.redactions.push({ path: pointer(path), rule, digest });
  }
  return replaced;
}

/** Puts originals back into the input of a call, as AWS needs it; what is recorded keeps the placeholders. */
export function restore(input: Json, originals: ReadonlyMap<string, string>): Json {
  if (originals.size === 0) return input;
  if (typeof input === 'string') return input.replace(PLACEHOLDER, (found) => originals.get(found) ?? found);
  if (Array.isArray(input)) return input.map((item: Json) => restore(item, originals));
  if (input === null || typeof input !== 'object') return input;
  return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, restore(item, originals)]));
}
