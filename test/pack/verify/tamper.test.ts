import { beforeAll, describe, expect, it } from 'vitest';
import { PATHS } from '../../../src/pack/paths.ts';
import {
  type Built,
  builtPack,
  type Files,
  failedSteps,
  namedFiles,
  remanifested,
  verified,
  withFiles,
} from '../pack.ts';

let built: Built;
let paths: string[];
beforeAll(async () => {
  built = await builtPack();
  paths = [...built.files.keys()].sort();
});

/** Numbers below `limit`, the same on every run (mulberry32). */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

const bytesOf = (path: string): Uint8Array => built.files.get(path) ?? new Uint8Array();

/** A flip in a list of hashes is seen as the listed file being another, or the list not being one. */
const LISTS: readonly string[] = [PATHS.manifest, PATHS.tagManifest];

async function expectRefused(files: Files, path: string): Promise<void> {
  const result = await verified(files);
  expect(result.ok, path).toBe(false);
  if (LISTS.includes(path)) expect(namedFiles(result).size, path).toBeGreaterThan(0);
  else expect([...namedFiles(result)], path).toContain(path);
}

describe('a changed pack is refused, and the changed file is named', () => {
  it('when any one bit of any file is flipped', async () => {
    const random = seeded(1);
    for (const path of paths) {
      const bytes = Buffer.from(bytesOf(path));
      const at = random(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      await expectRefused(withFiles(built.files, { [path]: bytes }), path);
    }
  });

  it('when any file is cut short', async () => {
    const random = seeded(2);
    for (const path of paths) {
      const bytes = bytesOf(path);
      await expectRefused(withFiles(built.files, { [path]: bytes.subarray(0, random(bytes.length)) }), path);
    }
  });

  it('when anything is appended to any file', async () => {
    for (const path of paths) {
      await expectRefused(withFiles(built.files, { [path]: Buffer.concat([bytesOf(path), Buffer.from('\n')]) }), path);
    }
  });

  it('when any file is taken away', async () => {
    for (const path of paths) await expectRefused(withFiles(built.files, { [path]: undefined }), path);
  });

  it('when any two files change places', async () => {
    const random = seeded(3);
    for (const path of paths) {
      const other = paths.filter((it) => it !== path)[random(paths.length - 1)] ?? '';
      await expectRefused(withFiles(built.files, { [path]: bytesOf(other), [other]: bytesOf(path) }), path);
    }
  });

  it('when a file is added anywhere', async () => {
    for (const path of ['extra.txt', 'data/extra.csv', 'data/proofs/00099000.tar', 'data/evidence/x.jsonl', 'a/b']) {
      await expectRefused(withFiles(built.files, { [path]: 'extra' }), path);
    }
  });

  it('when somebody without the document key writes the manifests again', async () => {
    const random = seeded(4);
    const signed = paths.filter((it) => it.startsWith('data/') || it === PATHS.readme || it === 'verify.html');
    for (const path of signed) {
      const bytes = Buffer.from(bytesOf(path));
      const at = random(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      await expectRefused(remanifested(withFiles(built.files, { [path]: bytes })), path);
    }
    for (const added of ['data/new.csv', 'START-HERE.html', 'tagmanifest-sha512.txt'])
      await expectRefused(remanifested(withFiles(built.files, { [added]: 'new' })), added);
  });

  it('never throws, even when every file is nonsense', async () => {
    const random = seeded(5);
    for (const path of paths.filter((it) => !LISTS.includes(it))) {
      const nonsense = Buffer.from(Array.from({ length: random(300) }, () => random(256)));
      const result = await verified(remanifested(withFiles(built.files, { [path]: nonsense })));
      expect(result.ok, path).toBe(false);
    }
    const all = new Map(paths.map((path) => [path, Buffer.from('[[[[')]));
    expect(failedSteps(await verified(all)).length).toBeGreaterThan(9);
    expect((await verified(new Map())).ok).toBe(false);
  });

  it('and not even deep nesting throws', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const path of [PATHS.json, PATHS.attestation, PATHS.bodies]) {
      const content = path === PATHS.bodies ? `${deep}\n` : deep;
      expect(failedSteps(await verified(withFiles(built.files, { [path]: content })))).toContain('manifest');
    }
  });
});
