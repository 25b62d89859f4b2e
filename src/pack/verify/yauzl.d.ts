/** The part of yauzl 3 that reading a pack needs; the package has no types of its own. */
declare module 'yauzl' {
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
    readLocalFileHeaderPromise(entry: Entry): Promise<LocalHeader & { readonly fileName: Buffer }>;
    readLocalFileHeaderPromise(entry: Entry, options: { readonly minimal: true }): Promise<LocalHeader>;
  }

  export interface LocalHeader {
    readonly fileDataStart: number;
  }

  /** What yauzl calls of a reader as long as no stream is asked of it. */
  export interface RandomAccessReader {
    ref(): void;
    unref(): void;
    on(event: string, listener: () => void): void;
    once(event: string, listener: () => void): void;
    read(
      buffer: Uint8Array,
      offset: number,
      length: number,
      position: number,
      callback: (error: Error | null, bytesRead?: number) => void,
    ): void;
  }

  export interface Options {
    readonly autoClose?: boolean;
    readonly strictFileNames?: boolean;
    readonly validateEntrySizes?: boolean;
  }

  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    size: number,
    options: Options,
  ): Promise<ZipFile>;
}
