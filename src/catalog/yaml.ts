import { type Document, isCollection, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { messageOf } from '../model/error.ts';
import type { Json } from '../model/json.ts';
import type { Position, Problem } from './problem.ts';
import { schemaProblems } from './schema-problems.ts';
import { positionIn, positionWithin, type YamlPath } from './yaml-position.ts';

/** Largest file that is parsed, in bytes of UTF-8. */
const MAX_FILE_BYTES = 256 * 1024;
/** Brackets, tags, anchors and aliases: the parser takes time with the square of them where they are wrong. */
const MAX_SIGNS = 10_000;
const MAX_DEPTH = 40;
const MAX_NODES = 100_000;
/** Times that one alias may be resolved: files for people have none, bombs have millions. */
const MAX_ALIASES = 20;
/** Errors of the parser that are told: one wrong line can make every line below it wrong. */
const MAX_SYNTAX_PROBLEMS = 50;

/** A YAML file: its value if it is right, and a way from a path in it to a place in the text. */
export interface YamlFile<T> {
  readonly file: string;
  readonly value?: T;
  /** The file as it stands, before defaults are filled in. */
  readonly raw?: Json;
  readonly problems: readonly Problem[];
  /** Where the value at a path begins, else the nearest thing above it that exists. */
  readonly at: (path: YamlPath) => Position;
  /** Where a key stands. */
  readonly keyAt: (path: YamlPath) => Position;
  /** Where character `offset` (from 0) of a text is; undefined where that cannot be told exactly. */
  readonly within: (path: YamlPath, offset: number) => Position | undefined;
}

/**
 * Reads one YAML document and checks it against a schema. Never throws: everything that is wrong
 * (size, syntax, duplicate keys, depth, aliases, schema) is a problem with its place.
 */
export function readYaml<T>(text: string, file: string, schema: z.ZodType<T>): YamlFile<T> {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_FILE_BYTES)
    return failed(file, `expected a file of at most ${MAX_FILE_BYTES} bytes, found ${bytes}`, 'catalog-too-large');
  const signs = text.match(/[[{!&*]/g)?.length ?? 0;
  if (signs > MAX_SIGNS)
    return failed(file, `expected at most ${MAX_SIGNS} of the signs [ { ! & *, found ${signs}`, 'catalog-too-large');
  const lines = new LineCounter();
  let document: Document;
  try {
    // Keys are compared in `duplicateKeys`: the parser compares each with each, for minutes in a file of 1 MiB.
    // What is odd is a problem of the file and not a line on the console: `logLevel`.
    document = parseDocument(text, {
      lineCounter: lines,
      // Places are looked up in `syntaxProblems`, for those that are told.
      prettyErrors: false,
      uniqueKeys: false,
      version: '1.2',
      logLevel: 'error',
    });
  } catch (thrown) {
    // The parser is recursive: a text of nothing but brackets ends its stack, not ours.
    const deep = thrown instanceof RangeError;
    const message = deep ? 'the file is nested far too deep' : `cannot be parsed: ${messageOf(thrown)}`;
    return failed(file, message, deep ? 'catalog-too-deep' : 'catalog-yaml');
  }
  const places = placesOf(document, lines);
  const shape = shapeProblems(document, file, lines);
  // What the parser says of a file that is far too deep is about its own stack.
  const wrong =
    shape.length > 0 ? shape : [...syntaxProblems(document, file, lines), ...duplicateKeys(document, file, lines)];
  if (wrong.length > 0) return { file, problems: wrong, ...places };
  return checked({ document, file, schema, places });
}

type Places = Pick<YamlFile<unknown>, 'at' | 'keyAt' | 'within'>;

interface Checked<T> {
  readonly document: Document;
  readonly file: string;
  readonly schema: z.ZodType<T>;
  readonly places: Places;
}

function checked<T>({ document, file, schema, places }: Checked<T>): YamlFile<T> {
  let raw: Json;
  try {
    raw = document.toJS({ maxAliasCount: MAX_ALIASES }) as Json;
  } catch (thrown) {
    return { ...failed(file, `aliases are refused: ${messageOf(thrown)}`, 'catalog-aliases'), ...places };
  }
  const parsed = schema.safeParse(raw, { reportInput: true });
  if (parsed.success) return { file, value: parsed.data, raw, problems: [], ...places };
  const problems = schemaProblems(parsed.error.issues, schema).map(({ path, key, code, message }): Problem => {
    const position = key ? places.keyAt(path) : places.at(path);
    return { file, ...position, severity: 'error', code, message };
  });
  return { file, raw, problems, ...places };
}

function placesOf(document: Document, lines: LineCounter): Places {
  return {
    at: (path) => positionIn({ document, lines, path }),
    keyAt: (path) => positionIn({ document, lines, path, key: true }),
    within: (path, offset) => positionWithin({ document, lines, path }, offset),
  };
}

function syntaxProblems(document: Document, file: string, lines: LineCounter): Problem[] {
  const found = [...document.errors, ...document.warnings];
  const problems = found.slice(0, MAX_SYNTAX_PROBLEMS).map((it): Problem => {
    const { line, col } = lines.linePos(it.pos[0]);
    const place = { file, line: Math.max(1, line), column: Math.max(1, col) };
    return { ...place, severity: 'error', code: 'catalog-yaml', message: it.message.split('\n')[0] ?? '' };
  });
  const last = problems.at(-1);
  const more = found.length - problems.length;
  if (last !== undefined && more > 0) problems.push({ ...last, message: `and ${more} more errors below` });
  return problems;
}

/** Keys that stand twice in one map (YAML 1.2.2, section 3.2.1.3), in time linear in the file. */
function duplicateKeys(document: Document, file: string, lines: LineCounter): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map: (_key, map) => {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) {
          const { line, col } = lines.linePos(key.range?.[0] ?? 0);
          const place = { file, line: Math.max(1, line), column: Math.max(1, col) };
          problems.push({ ...place, severity: 'error', code: 'catalog-yaml', message: 'Map keys must be unique' });
        }
        seen.add(key.value);
      }
    },
  });
  return problems;
}

/** Depth and number of nodes, before anything recursive of ours sees them. */
function shapeProblems(document: Document, file: string, lines: LineCounter): Problem[] {
  let nodes = 0;
  let deepest: Node | undefined;
  visit(document, {
    Node: (_key, node, path) => {
      nodes += 1;
      if (path.filter((it) => isCollection(it)).length > MAX_DEPTH) deepest ??= node as Node;
      return nodes > MAX_NODES || deepest !== undefined ? visit.BREAK : undefined;
    },
  });
  const at = lines.linePos(deepest?.range?.[0] ?? 0);
  const place = { file, line: Math.max(1, at.line), column: Math.max(1, at.col), severity: 'error' } as const;
  if (deepest !== undefined)
    return [{ ...place, code: 'catalog-too-deep', message: `expected at most ${MAX_DEPTH} levels of nesting` }];
  if (nodes <= MAX_NODES) return [];
  return [{ ...place, code: 'catalog-too-large', message: `expected at most ${MAX_NODES} values in a file` }];
}

function failed(file: string, message: string, code: string): YamlFile<never> {
  const start = { line: 1, column: 1 };
  const problems: Problem[] = [{ file, ...start, severity: 'error', code, message }];
  return { file, problems, at: () => start, keyAt: () => start, within: () => undefined };
}
