import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderNotaryState } from '../../src/adapters/local/notary-state.ts';
import { folderObjects } from '../../src/adapters/local/objects.ts';
import { auditLedger } from '../../src/ledger/audit.ts';
import { createNotary } from '../../src/ledger/notary.ts';
import { append, ORIGIN, planEntries, testSigner, VKEY } from '../ledger/helpers.ts';
import { objectsSuite } from './objects.suite.ts';

const base = await mkdtemp(join(tmpdir(), 'witnessmark-objects-'));
afterAll(() => rm(base, { recursive: true, force: true }));

let count = 0;
const nextRoot = () => {
  count += 1;
  return join(base, `store-${count}`, 'deep');
};
let last = '';

objectsSuite('folder', {
  open: async () => {
    last = nextRoot();
    return folderObjects(last);
  },
  reopen: async () => folderObjects(last),
});

/** The id of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

async function lockedBy(content: string): Promise<string> {
  const root = nextRoot();
  await mkdir(join(root, '~store'), { recursive: true });
  await writeFile(join(root, '~store', 'lock'), content);
  return root;
}

describe('folder: what only a file system can do', () => {
  it('leaves no drafts and no lock behind', async () => {
    const root = nextRoot();
    const objects = folderObjects(root);
    await objects.create('a', Buffer.from('1'));
    await objects.create('a', Buffer.from('1'));
    await objects.replace('b', Buffer.from('1'), undefined);
    expect(await readdir(join(root, '~store'))).toEqual([]);
  });

  it.each([
    ['a process that has ended', () => `${deadPid()} x`],
    ['this process, before it was started again', () => `${process.pid} from-before`],
    ['nobody', () => 'garbage'],
  ])('breaks the lock of %s', async (_name, content) => {
    const root = await lockedBy(content());
    const writers = Array.from({ length: 5 }, (_, at) =>
      folderObjects(root).replace('c', Buffer.from(`${at}`), undefined),
    );
    expect((await Promise.all(writers)).filter((it) => it === 'replaced')).toHaveLength(1);
    expect(await readdir(join(root, '~store'))).toEqual([]);
  });

  it('waits for the lock of a process that lives', async () => {
    const root = await lockedBy(`${process.ppid} alive`);
    let done = false;
    const writing = folderObjects(root)
      .replace('c', Buffer.from('1'), undefined)
      .then((outcome) => {
        done = true;
        return outcome;
      });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(done).toBe(false);
    await rm(join(root, '~store', 'lock'));
    expect(await writing).toBe('replaced');
  });

  it('lists only its objects: no drafts, no links, no names that are no keys', async () => {
    const root = nextRoot();
    const objects = folderObjects(root);
    await objects.create('a/b', Buffer.from('1'));
    await writeFile(join(root, 'not a key'), '1');
    await writeFile(join(root, '~store', 'draft'), '1');
    await symlink(base, join(root, 'a', 'loop'));
    const keys: string[] = [];
    for await (const key of objects.list('')) keys.push(key);
    expect(keys).toEqual(['a/b']);
  });

  it('throws where it cannot find out whether an object is there', async () => {
    const root = nextRoot();
    await mkdir(root, { recursive: true });
    await symlink('loop', join(root, 'loop'));
    await expect(folderObjects(root).get('loop')).rejects.toThrow('ELOOP');
  });

  it('holds a whole ledger with its notary, over restarts', async () => {
    const [root, state] = [nextRoot(), nextRoot()];
    for (const [from, size] of [
      [0, 250],
      [250, 10],
    ] as const) {
      // Everything is opened anew, as by another process.
      const objects = Object.assign(folderObjects(root), { files: new Map() });
      const notaryState = folderNotaryState(state);
      const notary = createNotary({ state: notaryState, signer: testSigner(), origin: ORIGIN });
      await append({ objects, notary, notaryState }, await planEntries(objects, from, size));
    }
    await folderObjects(root).create('trust/checkpoint.vkey', Buffer.from(`${VKEY}\n`));
    const audited = { objects: folderObjects(root), notaryState: folderNotaryState(state), verifierKeys: [VKEY] };
    expect(await auditLedger(audited)).toMatchObject({ ok: true, findings: [], size: 260 });
  });
});
