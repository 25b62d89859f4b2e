import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedCatalogue } from '../../src/adapters/local/catalogue-cache.ts';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { catalogueDigest } from '../../src/app/catalogue.ts';

const loaded = await loadCatalogueFiles();

let root: string;
let folder: string;
let loads = 0;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wm-catalogue-'));
  folder = join(root, 'cache/below');
  loads = 0;
  for (const it of ['frameworks/checks', 'src']) await mkdir(join(root, it), { recursive: true });
  await writeFile(join(root, 'frameworks/checks/s3.yaml'), 'one');
  await writeFile(join(root, 'src/code.ts'), 'one');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const asked = () =>
  cachedCatalogue({
    root,
    folder,
    load: async () => {
      loads += 1;
      return loaded;
    },
  });
const kept = async () => (await readdir(folder)).filter((it) => it.startsWith('catalogue-'));
const copy = async () => join(folder, (await kept())[0] ?? '');
const altered = async (change: (text: string) => string) =>
  writeFile(await copy(), change(await readFile(await copy(), 'utf8')));

describe('the catalogue of a checkout', () => {
  it('is loaded once, and is the same when it comes from the copy', async () => {
    expect(await asked()).toBe(loaded);
    const again = await asked();
    expect(loads).toBe(1);
    expect(again).not.toBe(loaded);
    expect(catalogueDigest(again)).toBe(catalogueDigest(loaded));
    expect(await kept()).toHaveLength(1);
  });

  it.each([
    ['a file of it changes', () => writeFile(join(root, 'frameworks/checks/s3.yaml'), 'two')],
    ['code changes', () => writeFile(join(root, 'src/code.ts'), 'two')],
    ['a file comes', () => writeFile(join(root, 'frameworks/checks/kms.yaml'), 'one')],
    ['a file goes', () => rm(join(root, 'frameworks/checks/s3.yaml'))],
    ['the copy is of another form', async () => writeFile(await copy(), '{"files":')],
    ['the copy is cut', () => altered((text) => text.slice(0, -1))],
    ['the copy says something else', () => altered((text) => text.replace('"severity":"high"', '"severity":"none"'))],
    ['the copy is larger than any', async () => truncate(await copy(), 33 * 1024 * 1024)],
  ])('is loaded again where %s', async (_, change) => {
    await asked();
    await change();
    expect(await asked()).toBe(loaded);
    expect(loads).toBe(2);
    await asked();
    expect(loads).toBe(2);
  });

  it('is loaded each time where nothing can be kept', async () => {
    await writeFile(join(root, 'cache'), 'a file where the folder should be');
    expect([await asked(), await asked()]).toEqual([loaded, loaded]);
    expect(loads).toBe(2);
  });

  it('is not kept where it cannot be loaded', async () => {
    const load = () => Promise.reject(new Error('wrong'));
    await expect(cachedCatalogue({ root, folder, load })).rejects.toThrow('wrong');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
  });
});
