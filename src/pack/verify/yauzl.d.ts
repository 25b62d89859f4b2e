/** The part of yauzl 3 that reading a pack needs; the package has no types of its own. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream';

  export interface Entry {
    readonly fileName: string;
    readonly fileNameRaw: Buffer;
    readonly generalPurposeBitFlag: number;
    readonly compressionMethod: number;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly externalFileAttributes: number;
    readonly relativeOffsetOfLocalHeader: number;
    isEncrypted(): boolean;
  }

  export interface ZipFile {
    readonly entryCount: number;
    readonly comment: string | Buffer;
    /** Where the next central header is read: before the first entry, the start of the directory. */
    readonly readEntryCursor: number;
    eachEntry(): AsyncIterable<Entry>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    readLocalFileHeaderPromise(entry: Entry): Promise<{ readonly fileName: Buffer; readonly fileDataStart: number }>;
    close(): void;
  }

  export interface Options {
    readonly autoClose?: boolean;
    readonly strictFileNames?: boolean;
    readonly validateEntrySizes?: boolean;
  }

  export function openPromise(path: string, options: Options): Promise<ZipFile>;
}
