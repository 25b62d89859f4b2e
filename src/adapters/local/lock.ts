import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { WitnessmarkError } from '../../model/error.ts';
import { failedWith } from './durable.ts';

/** How long to wait for a lock that a living process holds. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 2;

/** Locks of this process, so that its own process id in a lock from before a restart is not taken for it. */
const held = new Set<string>();

/**
 * Runs `action` while holding the lock file `path`. A lock whose process has died is broken, also where
 * its process id belongs to another process by now (on Linux, which tells when a process began). Throws
 * `objects-lock-held` after half a minute. Good for
 * processes that see each other's process ids, so neither for network file systems nor across containers.
 */
export async function withLock<T>(path: string, action: () => Promise<T>): Promise<T> {
  const token = `${process.pid} ${randomUUID()} ${birthOf(process.pid) ?? '-'}`;
  await acquire(path, token);
  try {
    return await action();
  } finally {
    await rm(path, { force: true });
    held.delete(token);
  }
}

async function acquire(path: string, token: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  held.add(token);
  try {
    await withDraft(path, token, async (draft) => {
      while (!(await tryLink(draft, path))) {
        if (performance.now() > deadline) throw await stillHeld(path);
        if (!(await breakStale(path))) await wait(PAUSE_MS);
      }
    });
  } catch (thrown) {
    held.delete(token);
    throw thrown;
  }
}

/** The lock is linked from a draft, so that it appears with its content and nobody reads it half written. */
async function withDraft<T>(path: string, token: string, use: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${path}-${randomUUID()}`;
  // A lock need not outlive a crash of the machine, so it is not synced.
  await writeFile(draft, token, { flag: 'wx' });
  try {
    return await use(draft);
  } finally {
    await rm(draft, { force: true });
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (thrown) {
    if (failedWith(thrown, 'EEXIST')) return false;
    throw thrown;
  }
}

/**
 * Removes the lock of a dead process. Only one process at a time may do so, behind a lock of its own:
 * else a second one could remove the lock that a third has taken since.
 */
async function breakStale(path: string): Promise<boolean> {
  if (!isStale(await readToken(path))) return false;
  const breaking = `${path}.breaking`;
  if (!(await withDraft(path, String(process.pid), (draft) => tryLink(draft, breaking)))) return false;
  try {
    const token = await readToken(path);
    // Its holder may have released it while it was being judged, and another may have taken the lock since.
    // A token that is still there after it was found dead stays: the dead do not release.
    const stale = isStale(token) && (await readToken(path)) === token;
    if (stale) await rm(path, { force: true });
    return stale;
  } finally {
    await rm(breaking, { force: true });
  }
}

async function stillHeld(path: string): Promise<WitnessmarkError> {
  const holder = (await readToken(path)) ?? 'nobody';
  const hint = `if no such process writes to this store, delete ${path} and ${path}.breaking`;
  return new WitnessmarkError('objects-lock-held', `the lock ${path} is held by process ${holder}`, { hint });
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (thrown) {
    if (failedWith(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
}

function isStale(token: string | undefined): boolean {
  if (token === undefined || held.has(token)) return false;
  const [first, , birth = '-'] = token.split(' ');
  const pid = Number(first);
  return pid === process.pid || !isAlive(pid) || isAnother(pid, birth);
}

/** Whether the process of that id is a later one than the one that wrote `birth`. */
function isAnother(pid: number, birth: string): boolean {
  const now = birthOf(pid);
  return birth !== '-' && now !== undefined && now !== birth;
}

/** When a process began: ticks since the machine started, and which start that was; see proc_pid_stat(5). */
function birthOf(pid: number): string | undefined {
  try {
    // The name before it may hold spaces and parentheses; the start is field 22, the name field 2.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
    return `${fields[19]}@${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}`;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  // Not a process id: nobody will ever release it.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return !failedWith(thrown, 'ESRCH');
  }
}
