import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { collect, type PackFile } from '../../src/pack/sink.ts';
import { zipFiles } from '../../src/pack/zip.ts';
import { inFolder, installed, run } from './openssl.ts';

const zipped = (files: readonly PackFile[]): Promise<Uint8Array> => collect(zipFiles('pack', files));

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('zip', () => {
  it('gives back what went in, also for another implementation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 5 }), async (contents) => {
        const files = contents.map((content, at) => ({ path: `data/${at}.bin`, content }));
        const found = unzipSync(await zipped(files));
        expect(Object.keys(found)).toEqual(files.map((it) => `pack/${it.path}`));
        for (const { path, content } of files) expect(Buffer.compare(found[`pack/${path}`]!, content)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same bytes however a stream is cut', async () => {
    const content = Buffer.from('a line of evidence, and another\n'.repeat(10_000));
    const [whole, small, large] = [
      await zipped([{ path: 'a', content }]),
      await zipped([{ path: 'a', content: chunks(content, 777) }]),
      await zipped([{ path: 'a', content: chunks(content, 100_000) }]),
    ];
    expect(Buffer.compare(whole, small)).toBe(0);
    expect(Buffer.compare(whole, large)).toBe(0);
    expect(whole.length).toBeLessThan(content.length / 50);
  });

  it('refuses files out of order, twice, or with names that lead elsewhere', async () => {
    const content = Buffer.from('x');
    const names = (...paths: string[]) => zipped(paths.map((path) => ({ path, content })));
    await expect(names('b', 'a')).rejects.toMatchObject({ code: 'pack-zip-order' });
    await expect(names('a', 'a')).rejects.toMatchObject({ code: 'pack-zip-order' });
    await expect(names('../a')).rejects.toMatchObject({ code: 'pack-path' });
    await expect(names('x'.repeat(150))).rejects.toMatchObject({ code: 'pack-path' });
  });

  it('holds more files than a plain zip can count', async () => {
    const content = new Uint8Array();
    const files = Array.from({ length: 65_600 }, (_, at) => ({ path: `data/${String(at).padStart(8, '0')}`, content }));
    const bytes = await zipped(files);
    if (!installed('unzip', '-v')) return;
    inFolder({ 'many.zip': bytes }, (folder) => {
      expect(run(folder, 'unzip', '-Z', '-h', 'many.zip')).toContain('number of entries: 65600');
    });
  });
});
