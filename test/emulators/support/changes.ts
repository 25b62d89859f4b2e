/** Numbers below `limit`, the same on every run (mulberry32). */
export function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

type Files = ReadonlyMap<string, Uint8Array>;

export const KINDS = ['flip a bit', 'cut short', 'delete', 'swap two', 'append a byte', 'add a file'] as const;
export type Kind = (typeof KINDS)[number];

export interface Change {
  readonly kind: Kind;
  /** The files that are not what they were. */
  readonly paths: readonly string[];
  readonly files: Map<string, Uint8Array>;
}

/** One change at random: the kind first, then the folder, then the file, so that rare folders are hit too. */
export function randomChange(files: Files, random: (limit: number) => number): Change {
  const kind = KINDS[random(KINDS.length)] ?? 'delete';
  const path = pick(files, random);
  const bytes = files.get(path) ?? new Uint8Array();
  const changed = new Map(files);
  const change = (...paths: string[]): Change => ({ kind, paths, files: changed });
  switch (kind) {
    case 'flip a bit': {
      const flipped = Uint8Array.from(bytes);
      const at = random(flipped.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
      changed.set(path, flipped);
      return change(path);
    }
    case 'cut short':
      changed.set(path, bytes.subarray(0, random(bytes.length)));
      return change(path);
    case 'delete':
      changed.delete(path);
      return change(path);
    case 'swap two': {
      const other = differentFrom(path, files, random);
      changed.set(path, files.get(other) ?? new Uint8Array());
      changed.set(other, bytes);
      return change(path, other);
    }
    case 'append a byte':
      changed.set(path, Uint8Array.from([...bytes, random(256)]));
      return change(path);
    case 'add a file': {
      // Beside the ledger's folders a store keeps files of its own; what is new there is no object of it.
      if (!path.includes('/') && !files.has('bagit.txt')) return randomChange(files, random);
      const added = neighbourOf(path, random);
      // Whose bytes they are does not matter: there must be no such file.
      changed.set(added, bytes);
      return changed.size === files.size ? randomChange(files, random) : change(added);
    }
  }
}

function pick(files: Files, random: (limit: number) => number): string {
  const folders = Map.groupBy(files.keys(), (path) => path.slice(0, path.lastIndexOf('/') + 1));
  const names = [...folders.keys()];
  const paths = folders.get(names[random(names.length)] ?? '') ?? [];
  return paths[random(paths.length)] ?? '';
}

/** A file of other bytes: two equal ones that change places are the same store. */
function differentFrom(path: string, files: Files, random: (limit: number) => number): string {
  const bytes = Buffer.from(files.get(path) ?? []);
  const others = [...files.keys()].filter((it) => !bytes.equals(files.get(it) ?? bytes));
  return others[random(others.length)] ?? '';
}

/** A name like its neighbour's: one letter or digit of it is another. */
function neighbourOf(path: string, random: (limit: number) => number): string {
  const places = [...path.matchAll(/[0-9a-f](?=[^/]*$)/g)].map((it) => it.index);
  const at = places[random(places.length)];
  if (at === undefined) return `${path}0`;
  const other = ((Number.parseInt(path[at] ?? '0', 16) + 1) % 16).toString(16);
  return path.slice(0, at) + other + path.slice(at + 1);
}
