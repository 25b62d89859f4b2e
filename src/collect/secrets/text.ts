import { takeAssignments } from './assignments.ts';
import { printableBase64, unescaped } from './encodings.ts';
import { type Take, takeForms, takeUrlPasswords } from './forms.ts';
import { mayHoldForm, mayHoldName } from './suspect.ts';

/** What stands in the place of a credential-like string; groups: rule, digest. */
export const PLACEHOLDER = /redacted:([a-z0-9-]+):(hmac-sha256:[0-9a-f]{64})(?::[A-Z0-9]{4})?/g;

export interface TextRules {
  /** Makes the placeholder of a secret. */
  readonly take: Take;
  /** Told of every placeholder that is in the text in the end, those of an earlier redaction too. */
  readonly found: (rule: string, digest: string) => void;
  /** Takes the secrets out of JSON that stands in the text; undefined where it is none or holds none. */
  readonly json: (text: string) => string | undefined;
}

/** Encodings in each other: URL-encoded base64 of JSON is three. Deeper ones are no text of a service. */
const MAX_LAYERS = 4;
/** A text with more secrets than this is one secret. */
const MAX_FOUND = 10_000;
/** What an encoded secret may consist of; shorter runs hold none. */
const RUN = /[A-Za-z0-9+/_.!~*'()%=-]{12,}/g;
const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const ESCAPE = /%[0-9A-Fa-f]{2}/;

/**
 * Takes credentials out of a text, and out of what is encoded in it: JSON, base64 and URL-encoding.
 * Everything else in the text stays as it is, and what is encoded stays encoded.
 */
export function takeSecrets(text: string, rules: TextRules, layer = 0): string {
  if (text.length < 8) return text;
  const suspect = { form: mayHoldForm(text), name: mayHoldName(text), url: text.includes('://') };
  const isSuspect = suspect.form || suspect.name || suspect.url;
  const inside = isSuspect && layer < MAX_LAYERS ? rules.json(text) : undefined;
  if (inside !== undefined) return inside;
  const plain = isSuspect ? takePlain(text, suspect, rules.take) : text;
  const whole = layer < MAX_LAYERS ? takeEncoded(plain, rules, layer) : plain;
  if (whole.includes('redacted:'))
    for (const [, rule = '', digest = ''] of whole.matchAll(PLACEHOLDER)) rules.found(rule, digest);
  return whole;
}

/** Which rules could find something: each costs more than the look that tells. */
interface Suspect {
  readonly form: boolean;
  readonly name: boolean;
  readonly url: boolean;
}

function takePlain(text: string, suspect: Suspect, take: Take): string {
  let count = 0;
  const counted: Take = (rule, secret, keeps) => {
    count += 1;
    return count > MAX_FOUND ? '' : take(rule, secret, keeps);
  };
  let rest = suspect.form ? takeForms(text, counted) : text;
  if (suspect.url) rest = takeUrlPasswords(rest, counted);
  if (suspect.name) rest = takeAssignments(rest, counted);
  return count > MAX_FOUND ? take('many-secrets', text) : rest;
}

function takeEncoded(text: string, rules: TextRules, layer: number): string {
  if (!text.includes('%')) return takeBase64(text, rules, layer);
  return text.replace(RUN, (run) => {
    if (run.includes('%') && ESCAPE.test(run)) return inEscapes(run, rules, layer);
    return takeBase64(run, rules, layer);
  });
}

function takeBase64(text: string, rules: TextRules, layer: number): string {
  return text.length < 16 ? text : text.replace(BASE64, (run) => inBase64(run, rules, layer));
}

function inEscapes(run: string, rules: TextRules, layer: number): string {
  const text = unescaped(run);
  const rest = takeSecrets(text, rules, layer + 1);
  return rest === text ? run : encodeURIComponent(rest);
}

function inBase64(run: string, rules: TextRules, layer: number): string {
  const text = printableBase64(run);
  if (text === undefined) return run;
  const rest = takeSecrets(text, rules, layer + 1);
  return rest === text ? run : encoded(rest, run.endsWith('='));
}

/** With an end that can be seen where there was one: without it, what follows would become a part of it. */
function encoded(text: string, isPadded: boolean): string {
  const base64 = Buffer.from(text).toString('base64');
  return isPadded && !base64.endsWith('=') ? Buffer.from(`${text}\n`).toString('base64') : base64;
}
