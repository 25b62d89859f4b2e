import type { PackTarget } from '../../../app/make-report.ts';
import { WitnessmarkError } from '../../../model/error.ts';
import { PACK_FILE } from '../../../model/report-job.ts';
import { type Content, counting, type FileDigest, mapped } from '../../../pack/sink.ts';
import { type ZipFile, zipFiles } from '../../../pack/zip.ts';
import { keepingOf, type S3ObjectsOptions, s3Place } from '../s3/objects.ts';
import type { S3Place } from '../s3/place.ts';
import { readObject, streamObject } from '../s3/read.ts';
import { abortUploads, uploadObject } from '../s3/upload.ts';
import type { PackJournal } from './pack-journal.ts';

export interface PackObjectsOptions {
  /** How the objects of the store lie in its bucket. */
  readonly bucket: S3ObjectsOptions;
  /** Key of the folder that the pack is written to, `reports/<id>/<report>`; its zip stands beside it. */
  readonly folder: string;
  /** Name of the folder inside the zip. */
  readonly report: string;
  readonly journal: PackJournal;
  /** Called before each file and each chunk; what it throws ends the put, and nothing of the file stays. */
  readonly check: () => void;
}

/**
 * Writes a pack to S3, a file an object, and then its zip; each is there whole or not at all, and never replaced.
 * Its memory is the journal: a sink for the same folder goes on where this one stops. Memory: two parts of 8 MiB for
 * each file on its way.
 */
export async function packObjects(options: PackObjectsOptions): Promise<PackTarget> {
  const { bucket, folder, journal, check } = options;
  const [at, prefix] = [s3Place(bucket), bucket.prefix ?? ''];
  // Of whoever was killed before; nobody else may write here now.
  await abortUploads(at, `${prefix}${folder}`);
  const checked = (chunk: Uint8Array): Uint8Array => {
    check();
    return chunk;
  };
  async function put(key: string, content: Content): Promise<void> {
    check();
    const looked = content instanceof Uint8Array ? content : mapped(content, checked);
    await uploadObject(at, { key: prefix + key, content: looked, keeping: keepingOf(bucket) });
  }
  return {
    memory: journal,
    put: (path, content) => put(`${folder}/${path}`, content),
    async done() {
      const zip = journal.get(PACK_FILE) ?? (await writeZip());
      await journal.flush();
      return { zip };
    },
    abandon: () => journal.flush(),
  };

  async function writeZip(): Promise<FileDigest> {
    const { count, digest } = counting();
    const stored = storedFiles(at, { folder: `${prefix}${folder}`, files: journal.entries() });
    await put(`${folder}.zip`, mapped(zipFiles(options.report, stored), count));
    await journal.add(PACK_FILE, digest());
    return digest();
  }
}

/** From so many bytes on, a file is streamed: as the zip on one machine, so that both are the same. */
const LARGE = 256 * 1024;
/** Small files that are read ahead, of which each waits for the network. */
const AHEAD = 16;

interface StoredFiles {
  readonly folder: string;
  readonly files: Iterable<readonly [path: string, digest: FileDigest]>;
}

/** The files of a pack in ascending order of their paths, as S3 has them; throws where one is not what was put. */
async function* storedFiles(at: S3Place, { folder, files }: StoredFiles): AsyncGenerator<ZipFile> {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const ahead: Promise<ZipFile>[] = [];
  const read = async ([path, digest]: readonly [string, FileDigest]): Promise<ZipFile> => {
    const key = `${folder}/${path}`;
    if (digest.size >= LARGE) return { path, content: proven(streamObject(at, key), key, digest) };
    const found = await readObject(at, key);
    if (found === undefined) throw changed(key);
    for await (const _ of proven([found.bytes], key, digest));
    return { path, content: found.bytes };
  };
  for (const file of sorted) {
    ahead.push(read(file));
    ahead.at(-1)?.catch(() => {});
    if (ahead.length > AHEAD) yield* oneOf(ahead);
  }
  while (ahead.length > 0) yield* oneOf(ahead);
}

async function* oneOf(ahead: Promise<ZipFile>[]): AsyncGenerator<ZipFile> {
  const file = await ahead.shift();
  if (file !== undefined) yield file;
}

async function* proven(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  key: string,
  { sha256 }: FileDigest,
): AsyncGenerator<Uint8Array> {
  const { count, digest } = counting();
  for await (const chunk of chunks) yield count(chunk);
  if (digest().sha256 !== sha256) throw changed(key);
}

const changed = (key: string): WitnessmarkError =>
  new WitnessmarkError('objects-differs', `${key} is not what was written there`, {
    hint: 'somebody changed it while the report was made: look for another version of it',
  });
