import { open, stat } from 'node:fs/promises';
import { utf8 } from '../../ledger/text.ts';
import { messageOf, WitnessmarkError } from '../../model/error.ts';
import { Report } from '../../model/report.ts';
import { PATHS } from '../../pack/paths.ts';
import { openPackFiles } from '../../pack/verify/open.ts';
import { MAX_REPORT, type Pack, packOf } from '../../pack/verify/pack.ts';

/** A report to compare, with the pack that it is in; undefined for a report.json by itself. */
export interface ReadReport {
  readonly path: string;
  readonly report: Report;
  readonly pack: Pack | undefined;
  close(): Promise<void>;
}

/** First bytes of a zip that has a file in it. */
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');

/**
 * Reads the report of a pack folder, a pack zip or a report.json. Nothing is verified.
 * @throws WitnessmarkError `diff-unreadable` for a path that is neither; `pack-source-refused` for a
 * pack that verify would refuse unread; `pack-fault` for a pack without a report in it.
 */
export async function readReport(path: string): Promise<ReadReport> {
  const failed = (cause: unknown): never => {
    throw unreadable(path, messageOf(cause), cause);
  };
  // Before it is opened: opening a named pipe would wait for a writer.
  const found = await stat(path).catch(failed);
  if (found.isDirectory()) return await readPack(path);
  if (!found.isFile()) throw unreadable(path, 'is no ordinary file and no folder');
  const file = await open(path).catch(failed);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ZIP.length), 0, ZIP.length, 0);
    if (buffer.subarray(0, bytesRead).equals(ZIP)) return await readPack(path);
    if (found.size > MAX_REPORT)
      throw unreadable(path, `has ${found.size} bytes, more than the ${MAX_REPORT} that a report.json may have`);
    const { buffer: bytes } = await file.read(Buffer.alloc(found.size), 0, found.size, 0);
    return { path, report: parseReport(path, bytes), pack: undefined, close: () => Promise.resolve() };
  } finally {
    await file.close();
  }
}

async function readPack(path: string): Promise<ReadReport> {
  const files = await openPackFiles(path);
  const pack = packOf(files, {});
  try {
    if (!files.sizes.has(PATHS.json)) throw unreadable(path, `has no ${PATHS.json}`);
    return { path, report: await pack.report(), pack, close: files.close };
  } catch (thrown) {
    await files.close();
    throw thrown;
  }
}

function parseReport(path: string, bytes: Uint8Array): Report {
  const text = utf8(bytes);
  if (text === undefined) throw unreadable(path, 'is not UTF-8');
  const parsed = Report.safeParse(jsonOf(path, text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unreadable(path, `is not a report: ${issue?.path.join('.')}: ${issue?.message}`);
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(path, 'is neither a zip nor JSON', cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): WitnessmarkError {
  return new WitnessmarkError('diff-unreadable', `${path}: ${why}`, {
    hint: 'give the folder or the zip of a pack, or its data/report.json',
    cause,
  });
}
