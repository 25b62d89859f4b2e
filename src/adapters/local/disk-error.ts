import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, WitnessmarkError } from '../../model/error.ts';

/** With less than this free, a disk counts as full. */
const FULL_BYTES = 2 ** 20;

type Kind = 'full' | 'denied' | 'failed' | 'busy' | 'index';

/** Names of system errors (errno(3)). */
const SYSTEM: Readonly<Record<string, Kind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'denied',
  EACCES: 'denied',
  EPERM: 'denied',
  EIO: 'failed',
};

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html). */
const SQLITE: Readonly<Record<number, Kind>> = {
  5: 'busy',
  8: 'denied',
  10: 'failed',
  11: 'index',
  13: 'full',
  14: 'denied',
  26: 'index',
};

const SAID: Readonly<Record<Kind, { code: string; what: string; hint: string }>> = {
  full: {
    code: 'disk-full',
    what: 'there is no space left to write it',
    hint: 'free some space and run the same command again: what was sealed is kept, and what was not is made again',
  },
  denied: {
    code: 'disk-denied',
    what: 'this user may not read or write it, or the file system is read-only',
    hint: 'run as the owner of the store, or work on a copy; `witnessmark audit` and `verify` write nothing',
  },
  failed: {
    code: 'disk-failed',
    what: 'the disk could not read or write it',
    hint: 'check the disk and its free space, then run `witnessmark audit`',
  },
  busy: {
    code: 'store-busy',
    what: 'another process is writing to it',
    hint: 'wait until that process has ended, then run the command again',
  },
  index: {
    code: 'index-damaged',
    what: 'it is no index any more',
    hint: 'delete it and run `witnessmark replay`, which builds it again from the ledger',
  },
};

/** The primary result code of an error of `node:sqlite`. */
export function sqliteCode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number')) return undefined;
  return thrown.errcode & 0xff;
}

/**
 * What the system or SQLite refused, in words and with a code: `disk-full`, `disk-denied`,
 * `disk-failed`, `store-busy` or `index-damaged`. Anything else is given back as it is.
 */
export function diskError(thrown: unknown, path: string): unknown {
  const found = kindOf(thrown);
  if (found === undefined) return thrown;
  // SQLite calls it an I/O error where the file that its processes share cannot grow.
  const kind = found === 'failed' && isFull(path) ? 'full' : found;
  const { code, what, hint } = SAID[kind];
  const where = thrown instanceof Error && 'path' in thrown ? String(thrown.path) : path;
  return new WitnessmarkError(code, `${where}: ${what} (${messageOf(thrown)})`, { hint, cause: thrown });
}

function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < FULL_BYTES;
  } catch {
    return false;
  }
}

function kindOf(thrown: unknown): Kind | undefined {
  const code = sqliteCode(thrown);
  if (code !== undefined) return SQLITE[code];
  return thrown instanceof Error && 'code' in thrown ? SYSTEM[String(thrown.code)] : undefined;
}

/** Runs work on a path; what the disk refuses is said as `diskError` says it. */
export async function onDisk<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw diskError(thrown, path);
  }
}
