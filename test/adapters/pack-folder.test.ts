import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
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

  it('is there as a zip too, with large files and small ones as they were', async () => {
    const target = join(folder, 'zipped');
    const sink = await packFolder(target, 'inside');
    const content = (name: string, size: number) =>
      Buffer.from(name.repeat(Math.ceil(size / name.length)).slice(0, size));
    const files = new Map(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((name, at) => [
        `data/${name}.txt`,
        content(name, at % 2 ? 700_000 + at : 100),
      ]),
    );
    // All at once, as a pack puts its proofs while it writes its bodies.
    await Promise.all([...files].map(([path, bytes]) => sink.put(path, bytes)));
    await sink.done();
    const zip = unzipSync(await readFile(`${target}.zip`));
    expect(new Map(Object.entries(zip).map(([path, bytes]) => [path, Buffer.from(bytes)]))).toEqual(
      new Map([...files].map(([path, bytes]) => [`inside/${path}`, bytes])),
    );
    expect((await readdir(folder)).filter((it) => it.startsWith('zipped')).sort()).toEqual(['zipped', 'zipped.zip']);
  });

  it('leaves nothing when it is given up', async () => {
    const target = join(folder, 'given-up');
    const sink = await packFolder(target, 'inside');
    await sink.put('data/a.txt', Buffer.alloc(500_000));
    await sink.abandon();
    expect((await readdir(folder)).filter((it) => it.startsWith('given-up'))).toEqual([]);
  });
});
