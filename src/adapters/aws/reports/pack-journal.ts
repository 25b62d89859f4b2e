import { z } from 'zod';
import { WitnessmarkError } from '../../../model/error.ts';
import { Sha256 } from '../../../model/primitives.ts';
import { PACK_FILE } from '../../../model/report-job.ts';
import type { FileDigest, PackMemory } from '../../../pack/sink.ts';
import type { Objects } from '../../../ports/objects.ts';

const Digest = z.strictObject({ sha256: Sha256, size: z.int().min(0) });
/** Files of a pack by their paths, as one object holds them. */
const Files = z.record(z.string().max(1000), Digest);
const Made = z.strictObject({ report: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,200}$/) });

/** Small files that are remembered together: whoever is killed makes as many again at most, and finds them there. */
const AT_ONCE = 200;
const LARGE = 1024 * 1024;

/** What is stored of a pack, for workers that come later. Its zip is known too, and counts as none of its files. */
export interface PackJournal extends PackMemory {
  entries(): Iterable<readonly [path: string, digest: FileDigest]>;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
  /** The pack of this report is whole, and recorded in the ledger. */
  finish(report: string): Promise<void>;
  /** The pack, once it is. */
  made(): Promise<{ report: string; files: ReadonlyMap<string, FileDigest> } | undefined>;
}

/**
 * The journal of one report's pack, in objects below `staging/<name>/` that are made once. It says which files are
 * stored whole, with size and SHA-256; a file that it lacks may be there all the same.
 */
export async function packJournal(
  objects: Objects,
  { name, part }: { name: string; part: number },
): Promise<PackJournal> {
  const folder = `staging/${name}`;
  const known = new Map<string, FileDigest>();
  for await (const key of objects.list(`${folder}/files/`))
    for (const [path, digest] of Object.entries(await read(objects, key, Files))) known.set(path, digest);
  let fresh: Record<string, FileDigest> = {};
  let count = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function write(files: typeof fresh): Promise<void> {
    for (;;) {
      count += 1;
      const key = `${folder}/files/${String(part).padStart(4, '0')}-${String(count).padStart(6, '0')}.json`;
      // Taken where a worker had this turn before and died.
      if ((await objects.create(key, Buffer.from(JSON.stringify(files)))) === 'created') return;
    }
  }
  function flush(): Promise<void> {
    const files = fresh;
    fresh = {};
    const done = last.then(() => (Object.keys(files).length === 0 ? undefined : write(files)));
    last = done.catch(() => {});
    return done;
  }
  return {
    get size() {
      return known.size - (known.has(PACK_FILE) ? 1 : 0);
    },
    get: (path) => known.get(path),
    entries: () => [...known].filter(([path]) => path !== PACK_FILE),
    async add(path, digest) {
      known.set(path, digest);
      fresh[path] = digest;
      if (digest.size >= LARGE || Object.keys(fresh).length >= AT_ONCE) await flush();
    },
    flush,
    async finish(report) {
      await flush();
      await objects.create(`${folder}/made.json`, Buffer.from(JSON.stringify({ report })));
    },
    async made() {
      const key = `${folder}/made.json`;
      if ((await objects.get(key)) === undefined) return undefined;
      return { ...(await read(objects, key, Made)), files: known };
    },
  };
}

async function read<T>(objects: Objects, key: string, shape: z.ZodType<T>): Promise<T> {
  const bytes = (await objects.get(key))?.bytes ?? new Uint8Array();
  try {
    return shape.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    const hint = 'ask for the report again';
    throw new WitnessmarkError('report-journal-invalid', `${key} cannot be read`, { hint, cause });
  }
}
