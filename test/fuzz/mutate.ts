import type { Rng } from '../collect/planted/rng.ts';

/** One way to spoil an input. */
type Mutation = (input: Buffer, rng: Rng, all: readonly Buffer[]) => Buffer;

/** What parsers stumble over: numbers, nesting, texts, names. */
const TOKENS: readonly string[] = [
  '1e999',
  '-0',
  '99999999999999999999999',
  '1e-400',
  '0x10',
  'NaN',
  '-Infinity',
  '9007199254740993',
  '.5',
  '1_000',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  "''",
  '~',
  '!!binary aGk=',
  '!!js/function x',
  '&a [*a]',
  '*a',
  '<<: *a',
  '---',
  '...',
  '{"__proto__":{"x":1}}',
  '"constructor"',
  '__proto__: 1',
  '\u0000',
  '\uFEFF',
  '\u2028',
  '\u202e',
  '\u{1F600}',
  '\\ud800',
  '\\u0000',
  'e\u0301',
  '../../../../etc/passwd',
  '/etc/passwd',
  '..\\..\\x',
  'C:\\x',
  'a/../b',
  '%2e%2e%2f',
  '\r\n',
  '\n\n',
  '\t',
  ' '.repeat(300),
  'x'.repeat(5_000),
  '(a+)+$',
  '$(id)',
  '`id`',
  '<!--',
  '<?xml?>',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '&a;',
  '2026-13-45T99:99:99Z',
  '0000-00-00',
  '12345678901',
  'arn:aws:::::',
  '!',
  '|',
  '>-',
  '? ',
  ': ',
  '- ',
  '#',
  ',',
  '"',
  "'",
  '\\',
];
/** Heavier ones, taken less often. */
const BOMBS: readonly (() => string)[] = [
  () => '['.repeat(50_000),
  () => '{"a":'.repeat(20_000),
  () => '('.repeat(3_000),
  () => '!'.repeat(3_000),
  () => '- '.repeat(10_000),
  () => 'A'.repeat(300_000),
  () =>
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij'].map((it, at) => `${it}: &${it} [${Array(9).fill(`*${'abcdefghij'[at]}`).join(',')}]\n`).join('')}`,
  () => '[1,2].all(x, [1,2].all(y, [1,2].all(z, x+y+z > 0)))',
  () => `"${'a'.repeat(2_000)}".matches("(a+)+$")`,
  () => `[${'1,'.repeat(20_000)}1]`,
  () => Array.from({ length: 20_000 }, (_, at) => `k${at}: v`).join('\n'),
];

const at = (input: Buffer, rng: Rng): number => rng.int(input.length + 1);
const joined = (...parts: (Buffer | string)[]): Buffer =>
  Buffer.concat(parts.map((it) => (typeof it === 'string' ? Buffer.from(it) : it)));
const insert = (input: Buffer, where: number, text: Buffer | string): Buffer =>
  joined(input.subarray(0, where), text, input.subarray(where));

const chunk = (input: Buffer, rng: Rng, most = 400): [number, number] => {
  const start = at(input, rng);
  return [start, Math.min(input.length, start + 1 + rng.int(most))];
};

/** The place of a token that is there: a quoted text, a number or a word. */
function tokenIn(input: Buffer, rng: Rng): [number, number] {
  const text = input.toString('latin1');
  const pattern = /"(?:[^"\\\n]|\\.){0,200}"|-?\d[\d.]*|[A-Za-z_][\w-]*/g;
  pattern.lastIndex = at(input, rng);
  const found = pattern.exec(text);
  return found === null ? chunk(input, rng, 20) : [found.index, found.index + found[0].length];
}

const MUTATIONS: readonly Mutation[] = [
  (input, rng) => {
    const copy = Buffer.from(input);
    for (let left = 1 + rng.int(4); left > 0 && copy.length > 0; left -= 1) {
      const place = rng.int(copy.length);
      copy[place] = (copy[place] ?? 0) ^ (1 << rng.int(8));
    }
    return copy;
  },
  (input, rng) => input.subarray(0, at(input, rng)),
  (input, rng) => {
    const [from, to] = chunk(input, rng);
    return joined(input.subarray(0, from), input.subarray(to));
  },
  (input, rng) => {
    const [from, to] = chunk(input, rng);
    return insert(input, at(input, rng), input.subarray(from, to));
  },
  (input, rng) => {
    const [a, b] = [at(input, rng), at(input, rng)].sort((x, y) => x - y) as [number, number];
    const c = b + rng.int(input.length - b + 1);
    return joined(input.subarray(0, a), input.subarray(b, c), input.subarray(a, b), input.subarray(c));
  },
  (input, rng) => insert(input, at(input, rng), rng.pick(TOKENS)),
  (input, rng) => {
    const [from, to] = tokenIn(input, rng);
    return joined(input.subarray(0, from), rng.pick(TOKENS), input.subarray(to));
  },
  (input, rng) => {
    const [from, to] = tokenIn(input, rng);
    const [start, end] = tokenIn(input, rng);
    return joined(input.subarray(0, from), input.subarray(start, end), input.subarray(to));
  },
  (input, rng, all) => {
    const other = rng.pick(all);
    const [from, to] = chunk(other, rng, 2_000);
    return insert(input, at(input, rng), other.subarray(from, to));
  },
  (input, rng) => {
    const lines = input.toString('latin1').split('\n');
    const [a, b] = [rng.int(lines.length), rng.int(lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  (input, rng) =>
    insert(input, at(input, rng), Buffer.from(Array.from({ length: 1 + rng.int(8) }, () => rng.int(256)))),
];

/** Largest input that is made: more is refused by its size, which is cheap and says little. */
const MOST = 2 * 1024 * 1024;

/** A seed spoiled one to six times; the same chance gives the same input. */
export function mutate(seeds: readonly Buffer[], rng: Rng): Buffer {
  let input = rng.pick(seeds);
  const times = rng.int(3) === 0 ? 2 + rng.int(5) : 1;
  for (let left = times; left > 0; left -= 1) input = rng.pick(MUTATIONS)(input, rng, seeds);
  if (rng.int(500) === 0) input = insert(input, at(input, rng), rng.pick(BOMBS)());
  return input.length > MOST ? input.subarray(0, MOST) : input;
}
