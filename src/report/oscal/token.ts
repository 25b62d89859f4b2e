/** What a control id keeps as it is; everything else is a separator. */
const SEPARATORS = /[^a-z0-9.]+/g;
const KEPT = /^[a-z0-9.-]$/;

/**
 * A token (OSCAL `TokenDatatype`, an XML NCName) for each control id, no two the same:
 * `164.308(a)(1)` of `hipaa-security-rule` becomes `hipaa-164.308-a-1`. Ids that would become the same
 * token are spelt out instead, as `acme_` with each odd character as its code point in hexadecimal.
 */
export function controlTokens(framework: string, ids: readonly string[]): ReadonlyMap<string, string> {
  const prefix = prefixOf(framework);
  const short = new Map(ids.map((id) => [id, `${prefix}-${shortened(id)}`]));
  const uses = new Map<string, number>();
  for (const token of short.values()) uses.set(token, (uses.get(token) ?? 0) + 1);
  return new Map([...short].map(([id, token]) => [id, (uses.get(token) ?? 0) > 1 ? `${prefix}_${spelt(id)}` : token]));
}

/** The first word of the framework's id: a framework that extends another one keeps the tokens of its controls. */
function prefixOf(framework: string): string {
  const word = /^[a-z0-9]+/.exec(framework)?.[0] ?? 'framework';
  return /^\d/.test(word) ? `_${word}` : word;
}

const shortened = (id: string): string => id.toLowerCase().replace(SEPARATORS, '-').replace(/-+$/, '');

/** Injective: an underscore stands only around a code point. */
function spelt(id: string): string {
  return Array.from(id, (char) => (KEPT.test(char) ? char : `_${char.codePointAt(0)?.toString(16)}_`)).join('');
}
