import type { Entry, RandomAccessReader, ZipFile } from 'yauzl';
import { fromRandomAccessReaderPromise } from 'yauzl';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { inflatedRaw } from './inflate.ts';
import { LIMITS, orderedSizes, type PackFiles, refused } from './source.ts';

/** Evidence is text and deflates 5 to 40 times; more than this over a megabyte is a bomb. */
const MAX_RATIO = 200;
const RATIO_FROM = 1024 * 1024;
const SYMLINK = 0xa000;
const FILE_TYPE = 0xf000;

/** A file that can be read at any place: on a disk, or one that a browser was handed. */
export interface ZipBytes {
  readonly size: number;
  /** The bytes from a position on; fewer than asked for only at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Opens a zip and reads its directory. The directory must account for every byte of the file: where
 * other tools could see other files than this one does, there is no telling which of them is meant.
 * @throws WitnessmarkError `pack-source-refused`
 */
export async function openZip(bytes: ZipBytes): Promise<PackFiles> {
  try {
    return await filesOf(await zipFileOf(bytes), bytes);
  } catch (thrown) {
    await bytes.close();
    if (thrown instanceof WitnessmarkError) throw thrown;
    throw refused('', `damaged zip: ${messageOf(thrown)}`);
  }
}

async function zipFileOf(bytes: ZipBytes): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(readerOf(bytes), bytes.size, OPTIONS);
  } catch (thrown) {
    throw refused('', `not a zip that can be read: ${messageOf(thrown)}`);
  }
}

const OPTIONS = { autoClose: false, strictFileNames: true };

/** The part of yauzl's own reader that it uses to read directories; files are read here, without its streams. */
function readerOf(bytes: ZipBytes): RandomAccessReader {
  const nothing = (): void => {};
  return {
    ref: nothing,
    unref: nothing,
    on: nothing,
    once: nothing,
    read: (buffer, offset, length, position, callback) => {
      bytes.read(position, length).then((found) => {
        buffer.set(found, offset);
        callback(null, found.length);
      }, callback);
    },
  };
}

async function filesOf(zip: ZipFile, bytes: ZipBytes): Promise<PackFiles> {
  const entries = await readDirectory(zip);
  const prefix = commonFolder(entries);
  const files = new Map(entries.filter(isFile).map((entry) => [entry.fileName.slice(prefix.length), entry]));
  const sizes = orderedSizes(
    entries.filter(isFile).map((it) => [it.fileName.slice(prefix.length), it.uncompressedSize]),
  );
  return { sizes, read: (name) => readEntry({ zip, bytes, entry: files.get(name) }), close: () => bytes.close() };
}

const isFile = (entry: Entry): boolean => !entry.fileName.endsWith('/');

interface Reading {
  readonly zip: ZipFile;
  readonly bytes: ZipBytes;
  readonly entry: Entry | undefined;
}

/** The bytes of a file: exactly as many as the directory says, or it throws. */
async function* readEntry({ zip, bytes, entry }: Reading): AsyncGenerator<Uint8Array> {
  if (entry === undefined) return;
  const { compressedSize: packed, uncompressedSize: size } = entry;
  const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  const stored = piecesOf(bytes, fileDataStart, packed);
  let length = 0;
  for await (const piece of entry.compressionMethod === 0 ? stored : inflatedRaw({ bytes: stored, packed, size })) {
    length += piece.length;
    if (length > size) break;
    yield piece;
  }
  if (length !== size)
    throw new Error(`has ${length > size ? 'more' : 'fewer'} bytes than the ${size} that the zip says`);
}

/** Bytes that are read from the zip at once. */
const PIECE = 1024 * 1024;

async function* piecesOf(bytes: ZipBytes, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < start + length; ) {
    const piece = await bytes.read(at, Math.min(PIECE, start + length - at));
    if (piece.length === 0) throw new Error('the zip ends before the file does');
    yield piece;
    at += piece.length;
  }
}

async function readDirectory(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > LIMITS.files) throw refused('', `more than ${LIMITS.files} files`);
  const directory = zip.readEntryCursor;
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    checkEntry(entry);
    entries.push(entry);
  }
  if (zip.comment.length > 0) throw refused('', 'the zip has a comment, which no part of the pack is');
  await checkGapless(zip, entries, directory);
  return entries;
}

function checkEntry(entry: Entry): void {
  const { fileName, compressedSize, uncompressedSize } = entry;
  const segments = fileName.split('/');
  if (fileName.startsWith('/') || segments.some((it) => it === '..' || it === '.'))
    throw refused(fileName, 'leads out of the pack');
  if (segments.length > LIMITS.depth) throw refused(fileName, `folders nested deeper than ${LIMITS.depth}`);
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMLINK) throw refused(fileName, 'is a link');
  if (entry.isEncrypted()) throw refused(fileName, 'is encrypted');
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
    throw refused(fileName, 'is neither stored nor deflated');
  if (uncompressedSize > RATIO_FROM && uncompressedSize > MAX_RATIO * compressedSize) {
    throw refused(fileName, `would unpack to more than ${MAX_RATIO} times its size`);
  }
}

/** The one folder that everything is in, with its slash; empty where there is none. */
function commonFolder(entries: readonly Entry[]): string {
  const first = entries[0]?.fileName ?? '';
  const folder = first.slice(0, first.indexOf('/') + 1);
  return entries.every((it) => it.fileName.startsWith(folder)) ? folder : '';
}

/** A data descriptor has 12 to 24 bytes, and stands behind the data where bit 3 says so. */
const DESCRIPTOR = { flag: 0x0008, least: 12, most: 24 };

async function checkGapless(zip: ZipFile, entries: readonly Entry[], directory: number): Promise<void> {
  const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  let [least, most] = [0, 0];
  for (const entry of inOrder) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start < least || start > most) throw refused(entry.fileName, 'does not begin where the file before it ends');
    const local = await zip.readLocalFileHeaderPromise(entry);
    if (!local.fileName.equals(entry.fileNameRaw)) throw refused(entry.fileName, 'has another name in the directory');
    const end = local.fileDataStart + entry.compressedSize;
    const described = (entry.generalPurposeBitFlag & DESCRIPTOR.flag) !== 0;
    [least, most] = described ? [end + DESCRIPTOR.least, end + DESCRIPTOR.most] : [end, end];
  }
  if (directory < least || directory > most) throw refused('', 'the zip holds bytes that belong to no file');
}
