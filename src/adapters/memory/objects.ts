import { WitnessmarkError } from '../../model/error.ts';
import type { Objects } from '../../ports/objects.ts';
import { checkKey, checkPrefix } from '../object-key.ts';

export type ObjectsOperation = 'get' | 'create' | 'replace' | 'list';

/** `fail`: throws and nothing happened; `fail-after`: it happened, and throws all the same. */
export type Fault = 'ok' | 'fail' | 'fail-after';

/** Asked before each operation; may wait, so that a test decides how operations interleave. */
export type FaultHook = (operation: ObjectsOperation, key: string) => Fault | Promise<Fault>;

/** A store in memory whose content can be looked at and changed behind its back. */
export interface MemoryObjects extends Objects {
  readonly files: Map<string, Uint8Array>;
}

/** A store in memory. `files` starts it with content; injected faults throw `objects-unavailable`. */
export function memoryObjects(options: { files?: Map<string, Uint8Array>; fault?: FaultHook } = {}): MemoryObjects {
  const files = options.files ?? new Map<string, Uint8Array>();
  // Versions belong to the bytes in place, so that changes behind the store's back change them too.
  const versions = new WeakMap<Uint8Array, string>();
  let seen = 0;

  const put = (key: string, bytes: Uint8Array) => {
    files.set(key, new Uint8Array(bytes));
  };
  const versionOf = (bytes: Uint8Array) => {
    const known = versions.get(bytes);
    if (known !== undefined) return known;
    seen += 1;
    versions.set(bytes, `v${seen}`);
    return `v${seen}`;
  };
  async function run<T>(operation: ObjectsOperation, key: string, action: () => T): Promise<T> {
    const fault = (await options.fault?.(operation, key)) ?? 'ok';
    const result = fault === 'fail' ? undefined : action();
    if (fault === 'ok') return result as T;
    throw new WitnessmarkError('objects-unavailable', `injected fault (${fault}) at ${operation} of ${key}`);
  }

  return {
    files,
    get: async (key) =>
      run('get', checkKey(key), () => {
        const bytes = files.get(key);
        return bytes && { bytes: new Uint8Array(bytes), version: versionOf(bytes) };
      }),
    create: async (key, bytes) =>
      run('create', checkKey(key), () => {
        if (files.has(key)) return 'exists';
        put(key, bytes);
        return 'created';
      }),
    replace: async (key, bytes, version) =>
      run('replace', checkKey(key), () => {
        const present = files.get(key);
        if ((present && versionOf(present)) !== version) return 'conflict';
        put(key, bytes);
        return 'replaced';
      }),
    async *list(prefix) {
      checkPrefix(prefix);
      yield* await run('list', prefix, () => [...files.keys()].filter((key) => key.startsWith(prefix)).sort());
    },
  };
}
