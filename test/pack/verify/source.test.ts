import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync, strToU8, type Zippable, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../src/pack/sink.ts';
import { memoryFiles } from '../../../src/pack/verify/source.ts';
import type { VerifyResult } from '../../../src/pack/verify/types.ts';
import { verifyPackAt } from '../../../src/pack/verify/verify-at.ts';
import { openZip, type ZipBytes } from '../../../src/pack/verify/zip-source.ts';
import { zipFiles } from '../../../src/pack/zip.ts';
import { inFolderAsync } from '../openssl.ts';
import { type Built, builtPack, failedSteps } from '../pack.ts';

let built: Built;
let zip: Buffer;
beforeAll(async () => {
  built = await builtPack();
  const files = [...built.files].map(([path, content]) => ({ path, content }));
  zip = Buffer.from(
    await collect(
      zipFiles(
        'pack',
        files.sort((a, b) => (a.path < b.path ? -1 : 1)),
      ),
    ),
  );
});

function verifyZip(bytes: Uint8Array): Promise<VerifyResult> {
  return inFolderAsync(async (folder) => {
    writeFileSync(join(folder, 'pack.zip'), bytes);
    return await verifyPackAt(join(folder, 'pack.zip'));
  });
}

function verifyFolder(prepare: (folder: string) => void): Promise<VerifyResult> {
  return inFolderAsync(async (folder) => {
    for (const [path, bytes] of built.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    prepare(folder);
    return await verifyPackAt(folder);
  });
}

const refusal = (result: VerifyResult): string => {
  expect(failedSteps(result)).toEqual(['source']);
  return result.steps[0]?.findings[0]?.message ?? '';
};

const zipBytes = (zip: Uint8Array): ZipBytes => ({
  size: zip.length,
  read: (position, length) => Promise.resolve(zip.subarray(position, position + length)),
  close: () => Promise.resolve(),
});

/** A zip of one file that has these bytes as its deflate stream, and says so of its size. */
function deflatedZip(bytes: Uint8Array, size: number): Buffer {
  const made = Buffer.from(zipSync({ 'pack/a': [bytes, { level: 0 }] }));
  const central = made.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  for (const [head, method] of [
    [0, 8],
    [central, 10],
  ] as const) {
    made.writeUInt16LE(8, head + method);
    made.writeUInt32LE(size, head + method + 14);
  }
  return made;
}

const zipOf = (files: Zippable): Promise<VerifyResult> => verifyZip(zipSync(files));

describe('where a pack is read from', () => {
  it('verifies as a zip, as a folder, and as a zip that another tool made of it', async () => {
    expect((await verifyZip(zip)).ok).toBe(true);
    expect((await verifyFolder(() => {})).ok).toBe(true);
    const others = Object.fromEntries([...built.files].map(([path, bytes]) => [`renamed/${path}`, bytes]));
    expect((await zipOf({ 'renamed/': new Uint8Array(), ...others })).ok).toBe(true);
    const flat = Object.fromEntries(built.files);
    expect((await zipOf(flat)).ok).toBe(true);
  });

  it('says so when there is nothing', async () => {
    await expect(verifyPackAt('/nowhere/pack.zip')).rejects.toMatchObject({ code: 'pack-source-missing' });
  });

  it('refuses links in a folder', async () => {
    const result = await verifyFolder((folder) => symlinkSync('/etc/hostname', join(folder, 'data/link')));
    expect(refusal(result)).toContain('"data/link": is a link');
  });

  it('refuses names that lead out of the pack', async () => {
    const file = strToU8('x');
    expect(refusal(await zipOf({ 'pack/../../evil': file }))).toContain('invalid relative path');
    expect(refusal(await zipOf({ '/etc/evil': file }))).toContain('absolute path');
    expect(refusal(await zipOf({ 'pack\\evil': file }))).toContain('invalid characters');
    expect(refusal(await zipOf({ 'pack/./evil': file }))).toContain('leads out of the pack');
  });

  it('refuses links in a zip, and names that differ in case only', async () => {
    const link = { 'pack/link': [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 * 65_536 }] } satisfies Zippable;
    expect(refusal(await zipOf(link))).toContain('is a link');
    const file = strToU8('x');
    expect(refusal(await zipOf({ 'pack/a': file, 'pack/A': file }))).toContain('is there twice');
  });

  it('refuses a bomb without inflating it', async () => {
    const result = await zipOf({ 'pack/zeros': new Uint8Array(3 * 1024 * 1024) });
    expect(refusal(result)).toContain('would unpack to more than 200 times its size');
  });

  it('refuses a zip that holds anything beside its files', async () => {
    const end = zip.length - 22;
    const commented = Buffer.concat([zip.subarray(0, zip.length - 2), Buffer.from([1, 0, 0x78])]);
    expect(refusal(await verifyZip(commented))).toContain('comment');
    const directory = zip.readUInt32LE(end + 16);
    const stuffed = Buffer.concat([zip.subarray(0, directory), Buffer.alloc(100), zip.subarray(directory)]);
    stuffed.writeUInt32LE(directory + 100, end + 100 + 16);
    expect(refusal(await verifyZip(stuffed))).toContain('bytes that belong to no file');
    expect(refusal(await verifyZip(Buffer.concat([Buffer.from('MZ'), zip])))).not.toBe('');
  });

  it('refuses a file that goes by one name in the directory and by another before its data', async () => {
    const renamed = Buffer.from(zip);
    renamed.write('README.TXT', renamed.indexOf('README.txt'), 'latin1');
    expect(refusal(await verifyZip(renamed))).toContain('has another name in the directory');
  });

  it('refuses a file with other bytes than the directory of the zip says', async () => {
    const text = strToU8('a'.repeat(100));
    const deflated = deflateSync(text);
    const read = async (bytes: Uint8Array, size: number): Promise<number> => {
      const files = await openZip(zipBytes(deflatedZip(bytes, size)));
      return (await collect(files.read('a'))).length;
    };
    expect(await read(deflated, 100)).toBe(100);
    await expect(read(deflated, 99)).rejects.toThrow('has more bytes than the 99 that the zip says');
    await expect(read(deflated, 101)).rejects.toThrow('has fewer bytes than the 101 that the zip says');
    await expect(read(Buffer.concat([deflated, strToU8('hidden')]), 100)).rejects.toThrow('6 bytes follow its end');
    await expect(read(deflated.subarray(0, -2), 100)).rejects.toThrow();
  });

  it('never throws on a zip that is cut, flipped or no zip', async () => {
    for (let at = 0; at < zip.length; at += Math.floor(zip.length / 15)) {
      expect((await verifyZip(zip.subarray(0, at))).ok).toBe(false);
      const flipped = Buffer.from(zip);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      await expect(verifyZip(flipped)).resolves.toBeDefined();
    }
    expect(refusal(await verifyZip(Buffer.from('no zip at all, however long it is')))).toContain('not a zip');
  });

  it('bounds the number of bytes before anything is read', () => {
    const huge = new Uint8Array(0);
    Object.defineProperty(huge, 'length', { value: 65 * 1024 ** 3 });
    expect(() => memoryFiles(new Map([['a', huge]]))).toThrow(/more than 68719476736 bytes/);
  });
});
