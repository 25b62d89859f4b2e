import { createHash, hash } from 'node:crypto';
import { WitnessmarkError } from '../model/error.ts';

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
  /** Of a sink that goes on where an earlier one had to stop. What it knows is not put again. */
  readonly memory?: PackMemory;
}

/** The files of a pack that are stored whole, by their paths. */
export interface PackMemory {
  readonly size: number;
  get(path: string): FileDigest | undefined;
  /** Told of each file once its put has returned. */
  add(path: string, digest: FileDigest): Promise<void>;
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

/** A sink that knows what was put into it, and puts nothing that is stored already. */
export interface Recorder extends PackSink {
  readonly digests: Map<string, FileDigest>;
  /** Whether a put of this path would read nothing of a stream. */
  holds(path: string): boolean;
}

/**
 * Hashes and counts everything on its way into another sink. What that one holds already is counted as it
 * is remembered: a stream is not read then, and bytes at hand are compared. Throws `pack-file-differs`.
 */
export function recordingSink(sink: PackSink): Recorder {
  const digests = new Map<string, FileDigest>();
  const put = async (path: string, content: Content): Promise<void> => {
    const known = sink.memory?.get(path);
    if (known !== undefined) {
      if (content instanceof Uint8Array && digestOf(content).sha256 !== known.sha256) throw differs(path);
      digests.set(path, known);
      return;
    }
    const counted = counting();
    await sink.put(path, content instanceof Uint8Array ? counted.count(content) : mapped(content, counted.count));
    digests.set(path, counted.digest());
    await sink.memory?.add(path, counted.digest());
  };
  return { digests, put, holds: (path) => sink.memory?.get(path) !== undefined };
}

/** Hashes and counts chunks as they pass. */
export function counting(): { count(chunk: Uint8Array): Uint8Array; digest(): FileDigest } {
  const hash = createHash('sha256');
  let size = 0;
  return {
    count(chunk) {
      hash.update(chunk);
      size += chunk.length;
      return chunk;
    },
    digest: () => ({ sha256: hash.copy().digest('hex'), size }),
  };
}

/** Digest of bytes at hand. */
export function digestOf(bytes: Uint8Array): FileDigest {
  return { sha256: hash('sha256', bytes), size: bytes.length };
}

/** A pack rests on what the ledger held when it was begun; what vouches for that from outside may have grown since. */
export const differs = (path: string): WitnessmarkError =>
  new WitnessmarkError('pack-file-differs', `${path} was stored with other bytes than it has now`, {
    hint: 'witnesses or keys of the ledger changed while the pack was made: ask for it again',
  });

/** Stands for what is not read, since it is stored already. */
export const NOTHING: AsyncIterable<Uint8Array> = (async function* () {})();

/** All bytes of a content. */
export async function collect(content: Content): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Chunks changed, or looked at, on their way. */
export async function* mapped(
  chunks: AsyncIterable<Uint8Array>,
  change: (chunk: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield change(chunk);
}
