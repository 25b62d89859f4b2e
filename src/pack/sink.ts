import { createHash } from 'node:crypto';

/** What a file holds: bytes, or a stream of them for what does not fit into memory. */
export type Content = Uint8Array | AsyncIterable<Uint8Array>;

export interface PackFile {
  /** Relative to the bag, with `/`: `data/controls.csv`. */
  readonly path: string;
  readonly content: Content;
}

/**
 * Where a pack is written to. Each path is put once. A put of a stream may be under way while others
 * start: the stream of bodies puts one proof per line that it yields.
 */
export interface PackSink {
  put(path: string, content: Content): Promise<void>;
}

export interface FileDigest {
  readonly sha256: string;
  readonly size: number;
}

/** A sink that keeps everything in memory, for small packs and tests. */
export function memorySink(): PackSink & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  const put = async (path: string, content: Content): Promise<void> => {
    files.set(path, await collect(content));
  };
  return { files, put };
}

/** Hashes and counts everything on its way into another sink. */
export function recordingSink(sink: PackSink): PackSink & { readonly digests: Map<string, FileDigest> } {
  const digests = new Map<string, FileDigest>();
  const put = async (path: string, content: Content): Promise<void> => {
    const hash = createHash('sha256');
    let size = 0;
    const count = (chunk: Uint8Array): Uint8Array => {
      hash.update(chunk);
      size += chunk.length;
      return chunk;
    };
    await sink.put(path, content instanceof Uint8Array ? count(content) : mapped(content, count));
    digests.set(path, { sha256: hash.digest('hex'), size });
  };
  return { digests, put };
}

/** All bytes of a content. */
export async function collect(content: Content): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* mapped(
  chunks: AsyncIterable<Uint8Array>,
  change: (chunk: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield change(chunk);
}
