import type { Rng } from '../collect/planted/rng.ts';
import { mutate } from './mutate.ts';

/** A place in a tree: a list or an object, and a key of it. */
interface Slot {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** What schemas stumble over, each made anew. */
const VALUES: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => 1e308,
  () => 2 ** 53,
  () => '',
  () => ' ',
  () => '0',
  () => 'null',
  () => '2026-13-45T99:99:99Z',
  () => 'arn:aws:::::',
  () => '../../etc/passwd',
  () => '\u0000\ud800',
  () => 'x'.repeat(20_000),
  () => '{"Statement":[{"Effect":"Allow","Principal":{"AWS":[]},"Action":null}]}',
  () => '%7B%22Statement%22%3A%7B%7D%7D',
  () => '[[[[',
  () => [],
  () => [null],
  () => [[[[]]]],
  () => ({}),
  () => JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":1}}'),
  () => JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`),
  () => Array.from({ length: 1_000 }, (_, at) => at),
];
const KEYS = ['__proto__', 'constructor', 'toString', 'length', '', 'Value', 'NextToken', 'Statement'];

/**
 * As `mutate`, but of a seed in two parts with JSON in the second, values are exchanged, taken away and
 * doubled in three of four, so that the text is still JSON and what reads the values sees them.
 */
export function mutateJson(seeds: readonly Buffer[], rng: Rng, separator: number): Buffer {
  const seed = rng.pick(seeds);
  const split = seed.indexOf(separator) + 1;
  const root = { value: rng.int(4) === 0 ? undefined : parsed(seed.subarray(split)) };
  if (root.value === undefined) return mutate([seed, ...seeds], rng);
  const times = rng.int(3) === 0 ? 2 + rng.int(4) : 1;
  for (let left = times; left > 0; left -= 1) change(root, rng);
  return Buffer.concat([seed.subarray(0, split), Buffer.from(JSON.stringify(root.value) ?? 'null')]);
}

function change(root: Record<string, unknown>, rng: Rng): void {
  const slots = slotsOf(root);
  const { holder, key } = rng.pick(slots);
  const other = rng.pick(slots);
  const kind = rng.int(6);
  if (kind === 0) delete holder[key];
  else if (kind === 1) put(holder, key, structuredClone(other.holder[other.key]));
  else if (kind === 2) rename(holder, key, rng.pick(KEYS));
  else if (kind === 3) put(holder, key, [structuredClone(holder[key]), structuredClone(holder[key])]);
  else put(holder, key, rng.pick(VALUES)());
}

function rename(holder: Record<string, unknown>, key: string, name: string): void {
  const value = holder[key];
  if (!Array.isArray(holder)) delete holder[key];
  put(holder, Array.isArray(holder) ? key : name, value);
}

/** As JSON.parse does: `__proto__` is a key like any other. */
function put(holder: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function slotsOf(root: Record<string, unknown>): Slot[] {
  const slots: Slot[] = [];
  const open: Record<string, unknown>[] = [root];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    for (const key of Object.keys(holder)) {
      slots.push({ holder, key });
      const value = holder[key];
      if (typeof value === 'object' && value !== null && slots.length < 5_000) open.push(value as typeof root);
    }
  }
  return slots.length > 0 ? slots : [{ holder: root, key: 'value' }];
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
