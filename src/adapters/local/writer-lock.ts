import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { WitnessmarkError } from '../../model/error.ts';
import { diskError, sqliteCode } from './disk-error.ts';
import { makeFolder } from './durable.ts';

const PAUSE_MS = 50;
const SQLITE_BUSY = 5;

/** The right to write to a store, which one process has at a time. */
export interface WriterLock {
  /** Returns once this process has it; throws `store-busy` when another keeps it for too long. */
  claim(): Promise<void>;
  release(): void;
}

/**
 * A lock that the operating system gives back when its holder dies, however that happens: it is SQLite's
 * own lock on an empty file (fcntl), so there is nothing stale and no process id to be mistaken. Good
 * where the file system has such locks; `folder` is made where it is absent.
 */
export function writerLock(folder: string, { patienceMs = 5_000 }: { patienceMs?: number } = {}): WriterLock {
  const path = join(folder, 'writer');
  let held: DatabaseSync | undefined;
  return {
    async claim() {
      if (held) return;
      await makeFolder(folder);
      const deadline = performance.now() + patienceMs;
      for (held = tryLock(path); held === undefined; held = tryLock(path)) {
        if (performance.now() > deadline) throw busy(path);
        await wait(PAUSE_MS);
      }
      signAs(path);
    },
    release() {
      held?.close();
      held = undefined;
    },
  };
}

/** Tells the one who waits whom it waits for, and nothing more: not even a full disk is in its way. */
function signAs(path: string): void {
  try {
    writeFileSync(`${path}.pid`, `${process.pid}\n`);
  } catch {
    // The lock holds without it.
  }
}

function tryLock(path: string): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path);
    db.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE;');
    return db;
  } catch (thrown) {
    db?.close();
    if (sqliteCode(thrown) === SQLITE_BUSY) return undefined;
    throw diskError(thrown, path);
  }
}

function busy(path: string): WitnessmarkError {
  return new WitnessmarkError('store-busy', `process ${holderOf(path)} is writing to this store`, {
    hint: 'wait until it has ended, then run the command again; nothing was done',
  });
}

function holderOf(path: string): string {
  try {
    return readFileSync(`${path}.pid`, 'utf8').trim() || '(unknown)';
  } catch {
    return '(unknown)';
  }
}
