import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderObjects } from '../../src/adapters/local/objects.ts';
import { auditedFolder } from '../../src/adapters/local/store.ts';
import { writerLock } from '../../src/adapters/local/writer-lock.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { COMMANDS, cli, entriesOf } from './lives.ts';

const folder = await mkdtemp(join(tmpdir(), 'witnessmark-processes-'));
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const LOCK = new URL('../../src/adapters/local/writer-lock.ts', import.meta.url).href;

/** A process that has the lock and keeps it. */
async function holder(path: string): Promise<ChildProcess> {
  const program = `import { writerLock } from ${JSON.stringify(LOCK)};
    // Kept, or the collector would close it and give the lock back.
    globalThis.held = writerLock(${JSON.stringify(path)});
    await globalThis.held.claim();
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('two processes at one store', () => {
  it('the second waits, is told who has it, and gets it the moment that one is killed', async () => {
    const path = join(folder, 'held');
    const child = await holder(path);
    const lock = writerLock(path, { patienceMs: 200 });
    await expect(lock.claim()).rejects.toMatchObject({
      code: 'store-busy',
      message: expect.stringContaining(`process ${child.pid} `),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await lock.claim();
    await expect(writerLock(path, { patienceMs: 50 }).claim()).rejects.toMatchObject({ code: 'store-busy' });
    lock.release();
    await writerLock(path, { patienceMs: 50 }).claim();
  });

  it('does nothing while another writes, and says so; reading goes on', async () => {
    await cli(COMMANDS.init.args(join(folder, 'one')));
    const store = join(folder, 'one', 'store');
    const child = await holder(join(store, '~store'));
    const before = await entriesOf(store);
    const [collected, listed] = await Promise.all([
      cli(COMMANDS.collect.args(join(folder, 'one'))),
      cli(['evidence', 'list', '--store', store, '--json']),
    ]);
    expect([collected.status, collected.stderr]).toEqual([2, expect.stringContaining('[store-busy]')]);
    expect(collected.stderr).toContain(String(child.pid));
    expect(listed.status).toBe(0);
    expect(await entriesOf(store)).toEqual(before);
    child.kill('SIGKILL');
  }, 60_000);

  it('two collections of the same at once write it once, one after another', async () => {
    const own = join(folder, 'two');
    await cli(COMMANDS.init.args(own));
    const ended = await Promise.all([1, 2].map(() => cli(COMMANDS.collect.args(own))));
    expect(ended.map((it) => [it.status, it.stderr])).toEqual(Array(2).fill([3, expect.any(String)]));
    const written = ended.map((it) => JSON.parse(it.stdout).runs.map((run: { entries: number }) => run.entries > 0));
    expect(written.filter(([first]) => first)).toHaveLength(1);
    const { ok, findings } = await auditLedger(await auditedFolder(join(own, 'store')));
    expect([ok, findings]).toEqual([true, []]);
  }, 60_000);

  it('a short lock whose process id another process has by now is broken', async () => {
    const root = join(folder, 'reused');
    await mkdir(join(root, '~store'), { recursive: true });
    const child = await holder(join(folder, 'other'));
    await writeFile(join(root, '~store', 'lock'), `${child.pid} before 1@another-start-of-the-machine`);
    expect(await folderObjects(root).replace('a', Buffer.from('1'), undefined)).toBe('replaced');
    expect((await readdir(join(root, '~store'))).filter((it) => it.startsWith('lock'))).toEqual([]);
  });
});
