import { messageOf } from '../../model/error.ts';
import { Retrieval } from '../../model/retrieval.ts';
import { canonicalize, sha256Hex } from '../canonical.ts';
import type { LineBounds } from '../json-lines.ts';
import { utf8 } from '../text.ts';
import { contentKey, readContent } from './content.ts';
import type { AuditedStore } from './store.ts';

/** Checks objects of recorded calls, and remembers what their lines are. */
export interface RetrievalAudit {
  /** `sha256` of each line, from line 1; undefined where the object is not as it was sealed. */
  lines(name: string): Promise<readonly (string | undefined)[] | undefined>;
  /** Names of all objects that were asked for. */
  readonly referenced: ReadonlySet<string>;
  /** Lines that were checked. */
  count(): number;
}

/** Objects whose line hashes are kept: evidence points at the calls of its own run, which come together. */
const MAX_CACHED = 64;

export function auditRetrievals(store: AuditedStore, bounds: LineBounds): RetrievalAudit {
  const referenced = new Set<string>();
  const cache = new Map<string, readonly (string | undefined)[] | undefined>();
  let count = 0;

  async function load(name: string, first: boolean): Promise<readonly (string | undefined)[] | undefined> {
    // What is wrong with an object is said once, even if it has to be read again.
    const silent: AuditedStore = { ...store, report: { error() {}, warning() {}, findings: () => [] } };
    const target = first ? store : silent;
    const lines: (string | undefined)[] = [];
    const whole = await readContent(target, 'retrievals', name, {
      bounds,
      onLine: (bytes, line) => lines.push(checkLine(target, name, bytes, line)),
    });
    if (first) count += lines.length;
    return whole ? lines : undefined;
  }

  return {
    referenced,
    count: () => count,
    async lines(name) {
      if (cache.has(name)) return cache.get(name);
      const first = !referenced.has(name);
      referenced.add(name);
      const lines = await load(name, first);
      const [oldest] = cache.keys();
      if (cache.size >= MAX_CACHED && oldest !== undefined) cache.delete(oldest);
      cache.set(name, lines);
      return lines;
    },
  };
}

function checkLine(store: AuditedStore, name: string, bytes: Uint8Array, line: number): string | undefined {
  const key = contentKey('retrievals', name);
  try {
    const retrieval = Retrieval.parse(parseJson(bytes));
    const answered = retrieval.answer === undefined ? retrieval.error : retrieval.answer;
    const found = sha256Hex(canonicalize(answered));
    if (found === retrieval.sha256) return found;
    const message = `${key} line ${line}: the answer has SHA-256 ${found}, the line says ${retrieval.sha256}`;
    store.report.error('ledger-retrieval-differs', key, message);
  } catch (thrown) {
    const what = messageOf(thrown).replaceAll(/\s+/g, ' ').slice(0, 300);
    store.report.error('ledger-retrieval-invalid', key, `${key} line ${line} is no recorded call: ${what}`);
  }
  return undefined;
}

/** JSON of bounded depth: canonicalising refuses what is nested too deep before a schema walks into it. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = utf8(bytes);
  if (text === undefined) throw new Error('it is not UTF-8');
  const value: unknown = JSON.parse(text);
  canonicalize(value);
  return value;
}
