import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TAG_MANIFEST = 'tagmanifest-sha256.txt';

/** Writes both manifests and the sizes of a bag again, as anybody can: the paths stay, the hashes follow the files. */
export async function relist(folder: string): Promise<string[]> {
  const info = await readFile(join(folder, 'bag-info.txt'), 'utf8');
  await renew(join(folder, 'bag-info.txt'), await resized(folder, info));
  for (const manifest of ['manifest-sha256.txt', TAG_MANIFEST]) {
    const lines = (await readFile(join(folder, manifest), 'utf8')).trimEnd().split('\n');
    const paths = lines.map((it) => it.slice(66));
    const renewed = await Promise.all(paths.map(async (it) => `${await sha256(join(folder, it))}  ${it}\n`));
    await renew(join(folder, manifest), renewed.join(''));
  }
  return ['bag-info.txt', 'manifest-sha256.txt', TAG_MANIFEST];
}

async function resized(folder: string, info: string): Promise<string> {
  const items = await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true });
  const files = items.filter((it) => it.isFile());
  const sizes = await Promise.all(files.map(async (it) => (await stat(join(it.parentPath, it.name))).size));
  const octets = sizes.reduce((sum, size) => sum + size, 0);
  return info.replace(/Payload-Oxum: .*/, `Payload-Oxum: ${octets}.${files.length}`);
}

async function renew(path: string, content: string): Promise<void> {
  await rm(path);
  await writeFile(path, content);
}

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
