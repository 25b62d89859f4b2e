import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node, type Scalar } from 'yaml';
import type { Position } from './problem.ts';

/** Keys and indices from the top of the document. */
export type YamlPath = readonly PropertyKey[];

/** What to look for, and where. `key`: the key at the end of the path instead of its value. */
export interface Sought {
  readonly document: Document;
  readonly lines: LineCounter;
  readonly path: YamlPath;
  readonly key?: boolean;
}

/** Where a path's value (or key) begins; the nearest existing node above it where there is none. */
export function positionIn({ document, lines, path, key = false }: Sought): Position {
  let found: Node | null = document.contents;
  let offset = startOf(found);
  for (const [index, step] of path.entries()) {
    const pair = childOf(found, step);
    if (pair === undefined) break;
    const atKey = key && index === path.length - 1;
    found = pair.value;
    offset = (atKey ? startOf(pair.key) : startOf(pair.value)) ?? startOf(pair.key) ?? offset;
  }
  return toPosition(lines, offset ?? 0);
}

/**
 * Where character `offset` of the text at a path stands in the file; undefined where quoting,
 * escapes or folding make that uncertain.
 */
export function positionWithin({ document, lines, path }: Sought, offset: number): Position | undefined {
  const node = document.getIn(path as unknown[], true);
  if (!isScalar(node) || typeof node.value !== 'string' || node.range == null) return undefined;
  const start = node.range[0];
  const source = document.range === undefined ? undefined : (node as Scalar & { source?: string }).source;
  if (node.type === 'PLAIN' && source === node.value) return toPosition(lines, start + offset);
  const isQuoted = node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE';
  const plain = isQuoted && node.range[1] - start === node.value.length + 2 && !node.value.includes('\n');
  return plain ? toPosition(lines, start + 1 + offset) : undefined;
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function childOf(node: Node | null, step: PropertyKey): Child | undefined {
  if (isSeq(node)) {
    const item = typeof step === 'number' ? node.items[step] : undefined;
    return item === undefined ? undefined : { key: item as Node, value: item as Node };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((it) => isScalar(it.key) && String(it.key.value) === String(step));
  return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value as Node | null };
}

function startOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}

function toPosition(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
