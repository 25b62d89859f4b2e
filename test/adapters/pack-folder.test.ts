import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { packFolder } from '../../src/adapters/local/pack-folder.ts';

const folder = await mkdtemp(join(tmpdir(), 'witnessmark-pack-folder-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(target: string, text: string): Promise<void> {
  const sink = await packFolder(target);
  await sink.put('bagit.txt', Buffer.from(text));
  await sink.done();
}

describe('the folder of a pack', () => {
  it('is replaced by the next pack, and what the reader keeps beside it stays', async () => {
    const target = join(folder, 'soc2');
    for (const kept of ['soc2.old', 'soc2.part']) await writeFile(join(folder, kept), 'mine');
    await write(target, 'first');
    await write(target, 'second');
    expect(await readFile(join(target, 'bagit.txt'), 'utf8')).toBe('second');
    expect((await readdir(folder)).sort()).toEqual(['soc2', 'soc2.old', 'soc2.part']);
  });
});
