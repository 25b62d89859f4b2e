import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { WitnessmarkError } from '../model/error.ts';
import { checkPackPath } from './bag.ts';
import type { Content, PackFile } from './sink.ts';

/** A file's content as `deflated` gives it, made elsewhere: its checksum and its size before and after. */
export interface Deflated {
  readonly crc: number;
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array>;
}

/** A file to zip, deflated already or not. */
export type ZipFile = PackFile | { readonly path: string; readonly deflated: Deflated };

/**
 * A zip (APPNOTE 6.3.9) in which nothing but the compressor is left to chance: every date is 1980-01-01,
 * the files stand in the order given. The same files give the same zip on one kind of processor; on
 * others zlib may pack the same bytes otherwise. Sizes stand in data descriptors, so that files can be
 * streams; more than 65,535 files make it a zip64. `folder` is put before every path.
 * @throws WitnessmarkError `pack-path`, `pack-zip-order` (paths not ascending), `pack-zip-too-large`
 */
export async function* zipFiles(
  folder: string,
  files: AsyncIterable<ZipFile> | Iterable<ZipFile>,
): AsyncGenerator<Uint8Array> {
  const entries: Entry[] = [];
  let offset = 0;
  let last = '';
  for await (const file of files) {
    const { path } = file;
    checkPackPath(path);
    if (path <= last) throw new WitnessmarkError('pack-zip-order', `zip: ${path} comes after ${last}, or twice`);
    last = path;
    const entry = { name: Buffer.from(`${folder}/${path}`), offset, crc: 0, packed: 0, size: 0 };
    yield localHeader(entry);
    for await (const chunk of 'deflated' in file ? taken(file.deflated, entry) : deflate(file.content, entry))
      yield chunk;
    yield descriptor(entry);
    offset += 30 + entry.name.length + entry.packed + 16;
    limit(entry.size, path);
    limit(offset, path);
    entries.push(entry);
  }
  yield* directory(entries, offset);
}

interface Entry {
  readonly name: Buffer;
  readonly offset: number;
  crc: number;
  packed: number;
  size: number;
}

/** Version 2.0; flags: sizes follow the data (bit 3), names are UTF-8 (bit 11); deflate; 1980-01-01 00:00. */
const VERSION = 20;
const FLAGS = 0x0808;
const DEFLATE = 8;
const LEVEL = 1;
/** Bytes that come out at a time: each time takes a turn of the thread that makes the pack. */
const CHUNK = 256 * 1024;
const DATE = 0x0021;
const MAX_32 = 0xffffffff;
const MAX_16 = 0xffff;

function limit(value: number, path: string): void {
  if (value < MAX_32) return;
  throw new WitnessmarkError('pack-zip-too-large', `zip: 4 GiB are exceeded at ${path}`, {
    hint: 'hand over the pack as a folder',
  });
}

/** Counts of one file in a zip. */
export type Counts = Pick<Entry, 'crc' | 'packed' | 'size'>;

async function* taken({ crc, size, content }: Deflated, entry: Counts): AsyncGenerator<Uint8Array> {
  entry.crc = crc;
  entry.size = size;
  for await (const chunk of content) {
    entry.packed += chunk.length;
    yield chunk;
  }
}

/** Deflates content, and counts it in its entry: off this thread, unless it is at hand and not worth the way. */
export async function* deflate(content: Content, entry: Counts): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array && content.length <= CHUNK) {
    const packed = deflateRawSync(content, { level: LEVEL });
    Object.assign(entry, { crc: crc32(content), size: content.length, packed: packed.length });
    yield packed;
    return;
  }
  const deflater = createDeflateRaw({ level: LEVEL, chunkSize: CHUNK });
  const fed = pipeline(Readable.from(counted(content, entry)), deflater);
  // What goes wrong there ends the loop below with the same error.
  fed.catch(() => {});
  for await (const chunk of deflater) {
    entry.packed += chunk.length;
    yield chunk;
  }
  await fed;
}

async function* counted(content: Content, entry: Counts): AsyncGenerator<Uint8Array> {
  for await (const chunk of content instanceof Uint8Array ? [content] : content) {
    entry.crc = crc32(chunk, entry.crc);
    entry.size += chunk.length;
    yield chunk;
  }
}

function localHeader({ name }: Entry): Uint8Array {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(VERSION, 4);
  head.writeUInt16LE(FLAGS, 6);
  head.writeUInt16LE(DEFLATE, 8);
  head.writeUInt16LE(DATE, 12);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, name]);
}

function descriptor({ crc, packed, size }: Entry): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function* directory(entries: readonly Entry[], start: number): Generator<Uint8Array> {
  let size = 0;
  for (const entry of entries) {
    const header = centralHeader(entry);
    size += header.length;
    yield header;
  }
  if (start + size >= MAX_32) limit(MAX_32, 'its directory');
  if (entries.length >= MAX_16) yield zip64End(entries.length, size, start);
  yield end(entries.length, size, start);
}

function centralHeader({ name, offset, crc, packed, size }: Entry): Uint8Array {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(VERSION | (3 << 8), 4); // made on Unix, so that the permissions below count
  head.writeUInt16LE(VERSION, 6);
  head.writeUInt16LE(FLAGS, 8);
  head.writeUInt16LE(DEFLATE, 10);
  head.writeUInt16LE(DATE, 14);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(packed, 20);
  head.writeUInt32LE(size, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt32LE(0o100644 * 65_536, 38);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, name]);
}

/** Zip64 end of central directory record and its locator. */
function zip64End(count: number, size: number, start: number): Uint8Array {
  const bytes = Buffer.alloc(76);
  bytes.writeUInt32LE(0x06064b50, 0);
  bytes.writeBigUInt64LE(44n, 4);
  bytes.writeUInt16LE(45 | (3 << 8), 12);
  bytes.writeUInt16LE(45, 14);
  bytes.writeBigUInt64LE(BigInt(count), 24);
  bytes.writeBigUInt64LE(BigInt(count), 32);
  bytes.writeBigUInt64LE(BigInt(size), 40);
  bytes.writeBigUInt64LE(BigInt(start), 48);
  bytes.writeUInt32LE(0x07064b50, 56);
  bytes.writeBigUInt64LE(BigInt(start + size), 64);
  bytes.writeUInt32LE(1, 72);
  return bytes;
}

function end(count: number, size: number, start: number): Uint8Array {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(Math.min(count, MAX_16), 8);
  bytes.writeUInt16LE(Math.min(count, MAX_16), 10);
  bytes.writeUInt32LE(size, 12);
  bytes.writeUInt32LE(start, 16);
  return bytes;
}
