import { WitnessmarkError } from '../../model/error.ts';

/** The files of a pack, wherever they are. Names and sizes are known before anything is read. */
export interface PackFiles {
  /** Path relative to the bag → size in bytes, in order of the paths. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Bytes of a file; throws when they cannot be read. */
  read(path: string): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Bounds on what is looked at at all. */
export const LIMITS = {
  files: 2_000_000,
  /** A pack of a million items has 5 GiB. */
  bytes: 64 * 1024 ** 3,
  depth: 10,
} as const;

/** A pack in memory, as the build gives it. */
export function memoryFiles(files: ReadonlyMap<string, Uint8Array>): PackFiles {
  return {
    sizes: orderedSizes([...files].map(([path, bytes]) => [path, bytes.length])),
    async *read(path) {
      yield files.get(path) ?? new Uint8Array();
    },
    close: () => Promise.resolve(),
  };
}

/**
 * Sizes by path, ascending, once they are within bounds and no two paths are the same for a file
 * system that ignores case.
 * @throws WitnessmarkError `pack-source-refused`
 */
export function orderedSizes(entries: readonly (readonly [path: string, size: number])[]): Map<string, number> {
  const seen = new Set<string>();
  let bytes = 0;
  for (const [path, size] of entries) {
    const folded = path.toLowerCase();
    if (seen.has(folded)) throw refused(path, 'is there twice (or differs in case only)');
    seen.add(folded);
    bytes += size;
  }
  if (entries.length > LIMITS.files) throw refused('', `more than ${LIMITS.files} files`);
  if (bytes > LIMITS.bytes) throw refused('', `more than ${LIMITS.bytes} bytes`);
  return new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function refused(path: string, why: string): WitnessmarkError {
  return new WitnessmarkError('pack-source-refused', path === '' ? why : `${JSON.stringify(path)}: ${why}`, {
    hint: 'ask for the pack again; do not unpack this one',
  });
}
