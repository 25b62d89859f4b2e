import { messageOf, WitnessmarkError } from '../model/error.ts';
import { parseWitnessKey, type WitnessKey } from './cosignature.ts';
import { sameBytes } from './merkle.ts';
import { parseVkey, type VerifierKey } from './note.ts';

/** A witness that a policy names. */
export interface PolicyWitness {
  readonly name: string;
  readonly key: WitnessKey;
  /** Where it is asked: `add-checkpoint` goes behind it. */
  readonly url?: string;
}

/** `least` of the members must have cosigned; a member is a witness or another group. */
export interface PolicyGroup {
  readonly name: string;
  readonly least: number;
  readonly members: readonly PolicyRule[];
}

export type PolicyRule = PolicyWitness | PolicyGroup;

/** Which logs and which witnesses are trusted, and how many of these it takes (C2SP tlog-policy). */
export interface Policy {
  readonly logs: readonly { readonly key: VerifierKey; readonly url?: string }[];
  readonly witnesses: readonly PolicyWitness[];
  /** Undefined for `quorum none`. */
  readonly quorum: PolicyRule | undefined;
}

const MAX_POLICY_BYTES = 64 * 1024;
/** Four times what C2SP asks implementations to take. */
const MAX_EACH = 128;
/** Octets that a policy may not hold: control characters but tab and line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the purpose
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;
const MAX_SHOWN = 100;

/**
 * Parses a policy file. Names are octets: they are kept as Latin-1, so that no two different ones are the
 * same. Throws `policy-malformed`, which names the line.
 */
export function parsePolicy(bytes: Uint8Array): Policy {
  if (bytes.length > MAX_POLICY_BYTES) throw malformed(`it has ${bytes.length} bytes, more than ${MAX_POLICY_BYTES}`);
  const draft: Draft = { logs: [], witnesses: [], rules: new Map(), grouped: new Set(), quorum: undefined };
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  if (lines.pop() !== '') throw malformed('its last line has no line feed');
  for (const [at, line] of lines.entries()) {
    try {
      takeLine(draft, line);
    } catch (thrown) {
      throw malformed(`line ${at + 1}: ${messageOf(thrown)}`, thrown);
    }
  }
  const { logs, witnesses, quorum } = draft;
  if (quorum === undefined) throw malformed('expected a line `quorum <name>`, or `quorum none`');
  return { logs, witnesses, quorum: quorum === 'none' ? undefined : quorum };
}

/** Whether cosignatures by these keys are enough. A witness is known by its key, not by its name. */
export function isMet(rule: PolicyRule | undefined, keys: readonly WitnessKey[]): boolean {
  if (rule === undefined) return true;
  if ('key' in rule) return keys.some((key) => key.vkey === rule.key.vkey);
  return rule.members.filter((member) => isMet(member, keys)).length >= rule.least;
}

/** What a rule asks for, in words: `w1`, or `2 of (w1, w2, any of …)`. */
export function wordsOf(rule: PolicyRule): string {
  if ('key' in rule) return rule.name;
  return `${rule.least} of (${rule.members.map(wordsOf).join(', ')})`;
}

interface Draft {
  readonly logs: Policy['logs'][number][];
  readonly witnesses: PolicyWitness[];
  readonly rules: Map<string, PolicyRule>;
  /** Names that are members of a group: each may be one once, so that no witness counts twice. */
  readonly grouped: Set<string>;
  quorum: PolicyRule | 'none' | undefined;
}

const KEYWORDS: Readonly<Record<string, (draft: Draft, items: readonly string[]) => void>> = {
  log: takeLog,
  witness: takeWitness,
  group: takeGroup,
  quorum: takeQuorum,
};

function takeLine(draft: Draft, line: string): void {
  if (CONTROL.test(line)) throw new Error('it holds a control character other than tab');
  const [keyword = '', ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
  if (keyword === '' || keyword.startsWith('#')) return;
  const take = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined;
  if (take === undefined) throw new Error(`expected log, witness, group or quorum, got ${shown(keyword)}`);
  take(draft, items);
}

function takeLog({ logs }: Draft, items: readonly string[]): void {
  const [vkey, url] = exactly(items, 1, 'log <vkey> [<url>]');
  const key = parseVkey(asUtf8(vkey));
  refuseSame(logs, key, 'log');
  logs.push({ key, ...(url === undefined ? {} : { url: asUtf8(url) }) });
}

function takeWitness({ witnesses, rules }: Draft, items: readonly string[]): void {
  const [name, vkey, url] = exactly(items, 2, 'witness <name> <vkey> [<url>]');
  const key = parseWitnessKey(asUtf8(vkey));
  refuseSame(witnesses, key, 'witness');
  const witness = { name: asUtf8(name), key, ...(url === undefined ? {} : { url: asUtf8(url) }) };
  define(rules, name, witness);
  witnesses.push(witness);
}

function takeGroup({ rules, grouped }: Draft, [name, k, ...names]: readonly string[]): void {
  if (name === undefined || k === undefined || names.length === 0)
    throw new Error('expected `group <name> <k|any|all> <member>…`');
  const members = names.map((member) => {
    if (grouped.has(member)) throw new Error(`${shown(member)} is a member of a group already`);
    grouped.add(member);
    return defined(rules, member);
  });
  define(rules, name, { name: asUtf8(name), least: thresholdOf(k, names.length), members });
}

function takeQuorum(draft: Draft, items: readonly string[]): void {
  const [name = '', ...more] = items;
  if (name === '' || more.length > 0) throw new Error('expected `quorum <name>`');
  if (draft.quorum !== undefined) throw new Error('a policy has one quorum, this is the second');
  draft.quorum = name === 'none' ? 'none' : defined(draft.rules, name);
}

/** `count` items that must be there, and one that may. */
function exactly(items: readonly string[], count: number, form: string): [string, string, string?] {
  if (items.length < count || items.length > count + 1) throw new Error(`expected \`${form}\``);
  return items as unknown as [string, string, string?];
}

function thresholdOf(k: string, members: number): number {
  if (k === 'any') return 1;
  if (k === 'all') return members;
  const least = /^[1-9]\d{0,3}$/.test(k) ? Number(k) : 0;
  if (least >= 1 && least <= members) return least;
  throw new Error(`expected any, all, or a number from 1 to the ${members} members, got ${shown(k)}`);
}

function refuseSame(known: readonly { readonly key: VerifierKey }[], key: VerifierKey, what: string): void {
  if (known.length >= MAX_EACH) throw new Error(`more than ${MAX_EACH} lines of ${what}`);
  const same = known.find((it) => sameBytes(it.key.publicKey, key.publicKey));
  if (same !== undefined) throw new Error(`the public key of ${what} ${key.name} is that of ${same.key.name} already`);
}

function define(rules: Map<string, PolicyRule>, name: string, rule: PolicyRule): void {
  if (name === 'none') throw new Error('the name `none` is taken');
  if (rules.has(name)) throw new Error(`${shown(name)} is defined already`);
  if (rules.size >= 2 * MAX_EACH) throw new Error(`more than ${2 * MAX_EACH} witnesses and groups`);
  rules.set(name, rule);
}

function defined(rules: ReadonlyMap<string, PolicyRule>, name: string): PolicyRule {
  const rule = rules.get(name);
  if (rule === undefined) throw new Error(`no line before this one defines ${shown(name)}`);
  return rule;
}

/** For showing and for key names, which are UTF-8; comparing goes by the octets. */
const asUtf8 = (octets: string): string => Buffer.from(octets, 'latin1').toString('utf8');

const shown = (octets: string): string => JSON.stringify(asUtf8(octets).slice(0, MAX_SHOWN));

function malformed(what: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('policy-malformed', `not a policy: ${what}`, { cause });
}
