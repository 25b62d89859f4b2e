import { type Content, collect, type FileDigest, type PackSink } from '../../src/pack/sink.ts';

/** What of a pack outlives whoever writes it. */
export interface Kept {
  readonly files: Map<string, Uint8Array>;
  readonly digests: Map<string, FileDigest>;
}

export class Stopped extends Error {}

/**
 * A sink that goes on where others stopped, and stops itself after so many steps: before a file, before a chunk of a
 * stream, or once a file is stored and not yet told. A file that was not read to its end is not there.
 */
export function partSink(kept: Kept, steps: number): PackSink & { readonly streamed: string[] } {
  let left = steps;
  const step = (): void => {
    left -= 1;
    if (left < 0) throw new Stopped('stopped');
  };
  const streamed: string[] = [];
  async function* stepped(path: string, content: Exclude<Content, Uint8Array>) {
    streamed.push(path);
    for await (const chunk of content) {
      step();
      yield chunk;
    }
  }
  return {
    streamed,
    memory: {
      get size() {
        return kept.digests.size;
      },
      get: (path) => kept.digests.get(path),
      async add(path, digest) {
        kept.digests.set(path, digest);
      },
    },
    async put(path, content) {
      step();
      const bytes = await collect(content instanceof Uint8Array ? content : stepped(path, content));
      const before = kept.files.get(path);
      if (before !== undefined && Buffer.compare(before, bytes) !== 0) throw new RangeError(`${path} differs`);
      kept.files.set(path, bytes);
      step();
    },
  };
}

export const nothingKept = (): Kept => ({ files: new Map(), digests: new Map() });
