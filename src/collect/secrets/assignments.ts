import type { Take } from './forms.ts';
import { isHarmless, isSecretName } from './names.ts';

/**
 * A telling name with its sign: `password=`, `"token" : `, `Authorization: `, `--db-password `. It
 * begins with a fixed word, and all repetitions are bounded: the time is linear.
 */
const NAMED =
  /(passw(?:or)?d|passphrase|passcode|pwd|secret|token|(?:api|access|account|private|secret|shared|encryption|signing|auth)[-_. ]?key|sharedaccesskey|credentials?|(?:proxy-)?authorization|(?:set-)?cookie|connection[-_. ]?string|connstr|jwt|(?<=[?&])(?:x-amz-signature|signature|sig|auth|session|code)|secret[-_ ]?string|user[-_]?data|preshared[-_]?key)(\\{0,8}["']?\]?)(\s{0,4}(?:=>|:=|=|:)\s{0,4}|\s{1,4}(?=[^\s-]))/gi;

/** Unquoted text up to what ends a value in a shell, a query, a connection string or a header. */
const BARE = /(?:[^\s"'`<>&;\\]|[&;](?!\s{0,4}[\w .%-]{1,40}=|[\s"'<>]|$)|\\(?!["'nrt\\]))+/y;
/** A number or word as JSON has it, behind a key in quotes. */
const LITERAL = /[^\s,}\]"'\\]+/y;
/** Headers have one value a line, with blanks in it. */
const LINE = /[^\r\n"'\\]+/y;
const HEADER = /^(?:(?:proxy-)?authorization|(?:set-)?cookie)$/i;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text with every value that stands behind a telling name replaced, in JSON, YAML, shells, headers and queries. */
export function takeAssignments(text: string, take: Take): string {
  const parts: string[] = [];
  let done = 0;
  NAMED.lastIndex = 0;
  for (let found = NAMED.exec(text); found !== null; found = NAMED.exec(text)) {
    const value = secretSpan(text, found);
    if (value === undefined) continue;
    const secret = text.slice(value.start, value.end);
    if (isHarmless(secret.trim()) || secret.startsWith('redacted:')) continue;
    parts.push(text.slice(done, value.start), take(ruleOf(text, found), secret));
    done = value.end;
    NAMED.lastIndex = done;
  }
  parts.push(text.slice(done));
  return takeFlags(parts.join(''), take);
}

/** Said of AWS's own secret keys, by which somebody may look for them. */
function ruleOf(text: string, found: RegExpExecArray): string {
  const name = nameBefore(text, found.index) + (found[1] ?? '');
  return /secret[-_. ]?access[-_. ]?key$/i.test(name) ? 'secret-access-key' : 'assigned';
}

function secretSpan(text: string, found: RegExpExecArray): Span | undefined {
  const [whole, word = '', quote = '', sign = ''] = found;
  const name = nameBefore(text, found.index) + word;
  const before = text[found.index - (name.length - word.length) - 1];
  const isFlag = sign.trim() === '';
  // `arn:…:secret:name` and `parameter/db-token:3` name things.
  if (before === ':' || (before === '/' && sign === ':')) return undefined;
  if (isFlag ? !/^--?\w/.test(name) || quote !== '' : !tells(name, word)) return undefined;
  const start = found.index + whole.length;
  return (
    quotedAt(text, start) ??
    bareAt(text, start, { isHeader: HEADER.test(word) && sign.includes(':'), isJson: /["']/.test(quote) })
  );
}

const WORDS =
  /^(?:(?:x-amz-)?signature|sig|auth|session|code|(?:proxy-)?authorization|(?:set-)?cookie|user[-_]?data)$/i;
const tells = (name: string, word: string): boolean => WORDS.test(word) || isSecretName(name);

/** The rest of the name to the left of the telling word: `DB_` of `DB_PASSWORD`. */
function nameBefore(text: string, index: number): string {
  let start = index;
  while (start > 0 && index - start < 64 && /[A-Za-z0-9_.-]/.test(text[start - 1] ?? '')) start -= 1;
  return text.slice(start, index);
}

/** Between quotes, which are escaped where JSON stands in JSON; to the end of the text where they do not close. */
function quotedAt(text: string, index: number): Span | undefined {
  let at = index;
  while (text[at] === '\\' && at - index < 8) at += 1;
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return undefined;
  const slashes = text.slice(index, at);
  const start = at + 1;
  let end = text.indexOf(slashes + quote, start);
  while (end >= 0 && !closes(text, start, { end, isBare: slashes === '' }))
    end = text.indexOf(slashes + quote, end + 1);
  if (end < 0) end = text.length;
  return end > start ? { start, end } : undefined;
}

/** Whether the quote at `end` is not itself escaped. */
function closes(text: string, start: number, { end, isBare }: { end: number; isBare: boolean }): boolean {
  let escapes = 0;
  while (end - 1 - escapes >= start && text[end - 1 - escapes] === '\\' && escapes < 64) escapes += 1;
  return isBare ? escapes % 2 === 0 : escapes === 0;
}

function bareAt(
  text: string,
  start: number,
  { isHeader, isJson }: { isHeader: boolean; isJson: boolean },
): Span | undefined {
  if (isJson && /[[{]/.test(text[start] ?? '')) return undefined;
  const pattern = isHeader ? LINE : isJson ? LITERAL : BARE;
  pattern.lastIndex = start;
  const length = pattern.exec(text)?.[0].length ?? 0;
  return length === 0 ? undefined : { start, end: start + length };
}

/** `curl -u user:password`, `sshpass -p password`, `mysql -ppassword`. */
const FLAGS = [
  /(?<=(?<![\w-])(?:-u|--user|--proxy-user)[ =]["']?[^\s:"'/]{1,64}:)[^\s"']+/g,
  /(?<=(?<![\w-])sshpass\s-p\s?)[^\s]+/g,
  /(?<=(?<![\w-])(?:mysql|mysqldump|mysqladmin|mariadb)\s[^\n|;]{0,100}\s-p)[^\s]+/g,
];

function takeFlags(text: string, take: Take): string {
  if (!/-u|--user|-p/.test(text)) return text;
  return FLAGS.reduce(
    (rest, flag) => rest.replace(flag, (found) => (found.startsWith('redacted:') ? found : take('assigned', found))),
    text,
  );
}
