import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { formatProblem } from '../../src/catalog/problem.ts';
import { readYaml } from '../../src/catalog/yaml.ts';

const Schema = z.strictObject({ a: z.string(), list: z.array(z.number()).default([]), any: z.unknown().optional() });
const problems = (text: string) => readYaml(text, 'f.yaml', Schema).problems.map(formatProblem);

describe('readYaml', () => {
  it('gives the value with defaults, the raw value, and places', () => {
    const yaml = readYaml('a: x\nany:\n  deep: [1, 2]\n', 'f.yaml', Schema);
    expect(yaml.value).toEqual({ a: 'x', list: [], any: { deep: [1, 2] } });
    expect(yaml.raw).toEqual({ a: 'x', any: { deep: [1, 2] } });
    expect(yaml.at(['any', 'deep', 1])).toEqual({ line: 3, column: 13 });
    expect(yaml.keyAt(['any', 'deep'])).toEqual({ line: 3, column: 3 });
    expect(yaml.at(['any', 'deep', 7, 'x'])).toEqual({ line: 3, column: 9 });
  });

  it('points into a text only where that is exact', () => {
    const text = 'plain: a.b == 1\nquoted: "a.b"\nescaped: "\\ta"\nfolded: >-\n  a.b\n  c\n';
    const yaml = readYaml(text, 'f.yaml', z.unknown());
    expect(yaml.within(['plain'], 2)).toEqual({ line: 1, column: 10 });
    expect(yaml.within(['quoted'], 2)).toEqual({ line: 2, column: 12 });
    expect(yaml.within(['escaped'], 1)).toBeUndefined();
    expect(yaml.within(['folded'], 1)).toBeUndefined();
  });

  it.each([
    ['a: x\na: y\n', 'f.yaml:2:1: Map keys must be unique'],
    ['a: [1\n', 'f.yaml:2:1: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ['a: x\n---\na: y\n', 'f.yaml:2:1: Source contains multiple documents; please use YAML.parseAllDocuments()'],
    ['', 'f.yaml:1:1: expected a map, found null'],
    ['a: 5\n', 'f.yaml:1:4: "a": expected a text, found the number 5: put it in quotes'],
    ['a: x\nlist: [1, two]\n', 'f.yaml:2:11: "list": expected number, found the text "two"'],
    ['a: x\nany: !!js/function x\n', 'f.yaml:2:6: Unresolved tag: tag:yaml.org,2002:js/function'],
  ])('refuses %j', (text, message) => expect(problems(text)).toContain(message));

  it('tells the first of very many errors, and how many there are more', () => {
    const lines = Array.from({ length: 5_000 }, (_, at) => `k${at}: v`).join('\n');
    const found = problems(`- x\n${lines}`);
    expect(found).toHaveLength(51);
    expect(found.at(-1)).toMatch(/^f\.yaml:\d+:\d+: and \d{5} more errors below$/);
  });

  it('refuses a file over a sane size before parsing it', () => {
    expect(problems(`a: ${'x'.repeat(256 * 1024)}`)).toEqual([
      'f.yaml:1:1: expected a file of at most 262144 bytes, found 262147',
    ]);
  });

  it('refuses aliases that explode', () => {
    const level = (n: number) =>
      `l${n}: &l${n} [${Array(10)
        .fill(n === 0 ? 'x' : `*l${n - 1}`)
        .join(', ')}]`;
    const bomb = `any:\n${Array.from({ length: 9 }, (_, n) => `  ${level(n)}`).join('\n')}\na: x\n`;
    expect(problems(bomb)[0]).toContain('aliases are refused');
  });

  it.each([60, 2000])('refuses %i levels of nesting', (depth) => {
    const [problem] = readYaml(`any: ${'['.repeat(depth)}${']'.repeat(depth)}`, 'f.yaml', Schema).problems;
    expect(problem?.code).toBe('catalog-too-deep');
  });

  it.each([
    ['brackets', '['.repeat(200_000)],
    ['tags', '!a '.repeat(80_000)],
  ])('refuses a file of nothing but %s before the parser takes minutes for it', (_, text) => {
    const started = performance.now();
    expect(readYaml(text, 'f.yaml', Schema).problems[0]?.code).toBe('catalog-too-large');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('compares keys in time linear in the file', () => {
    const text = Array.from({ length: 20_000 }, (__, at) => `k${at}:`).join('\n');
    const started = performance.now();
    expect(problems(`${text}\nk0:\n`)).toContain('f.yaml:20001:1: Map keys must be unique');
    // The parser's own comparison takes 20 seconds.
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});
