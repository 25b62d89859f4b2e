import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PATHS, proofsPath } from '../../../src/pack/paths.ts';
import { claimTar } from '../../../src/pack/verify/aside.ts';
import { withAside } from '../../../src/pack/verify/beside.ts';
import { openPackFiles } from '../../../src/pack/verify/open.ts';
import { packOf } from '../../../src/pack/verify/pack.ts';
import { scanTars } from '../../../src/pack/verify/proofs.ts';
import type { VerifyResult } from '../../../src/pack/verify/types.ts';
import { verifyPack, verifySteps } from '../../../src/pack/verify/verify.ts';
import { builtPack, type Files, resealed, textOf, withFiles } from '../pack.ts';

const ALWAYS = { from: 0, to: Number.POSITIVE_INFINITY };
let root: string;
let good: Files;
let reseal: (files: Files) => Promise<Files>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'beside-'));
  const built = await builtPack();
  good = built.files;
  reseal = (files) => resealed(files, built.keys.document);
});

afterAll(() => rm(root, { recursive: true, force: true }));

async function onDisk(name: string, files: Files): Promise<string> {
  const folder = join(root, name);
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

/** What verifying says with a thread beside, and without one. */
async function both(name: string, files: Files): Promise<[VerifyResult, VerifyResult]> {
  const folder = await onDisk(name, files);
  const opened = await openPackFiles(folder);
  const beside = await withAside(folder, opened, (aside) => verifySteps(packOf(opened, {}, aside)), ALWAYS);
  return [beside, await verifyPack(opened)];
}

describe('tars of proofs that two share', () => {
  it('are each read once, by the one or by the other', async () => {
    const pack = packOf(await openPackFiles(await onDisk('shared', good)), {});
    const checkpoint = await pack.checkpoint();
    const tars = Array.from({ length: 7 }, (_, at) => proofsPath(at * 1000));
    const start = { tars, claimed: new Int32Array(new SharedArrayBuffer(4)) };
    const read = (file: string): Promise<Uint8Array> => Promise.reject(new Error(`${file} was read`));
    const scans = async (tars: readonly string[]) => {
      const inTurn = { tars, claim: () => claimTar(start) };
      return Array.fromAsync(scanTars(read, checkpoint, inTurn));
    };
    const [front, back] = await Promise.all([scans(tars), scans(tars.toReversed())]);
    expect(front.length * back.length).toBeGreaterThan(0);
    expect([...front, ...back.toReversed()]).toEqual(
      tars.map((file) => ({ file, proved: [], findings: [{ file, message: `${file} was read` }] })),
    );
  });
});

describe('tars of proofs that are all wrong', () => {
  it('are told of as far as a step lists, so that a hostile pack fills no memory', async () => {
    const pack = packOf(await openPackFiles(await onDisk('wrong', good)), {});
    const tars = Array.from({ length: 1200 }, (_, at) => proofsPath(at * 1000));
    const read = (): Promise<Uint8Array> => Promise.reject(new Error('damaged'));
    const scans = await Array.fromAsync(scanTars(read, await pack.checkpoint(), { tars, claim: () => true }));
    expect(scans.map(({ file }) => file)).toEqual(tars);
    expect(scans.flatMap(({ findings }) => findings)).toHaveLength(1000);
  });
});

describe('verifying with a thread beside', () => {
  it('says of a good pack what verifying alone says', async () => {
    const [beside, alone] = await both('good', good);
    expect(beside.ok).toBe(true);
    expect(beside).toEqual(alone);
  });

  it.each([
    ['data/evidence.csv', (text: string) => text.replace('compliant', 'Compliant')],
    ['data/ocsf-findings.jsonl', (text: string) => text.replace('"Pass"', '"Fail"')],
    ['data/report.json', (text: string) => text.replace('"title":"', '"title":"x')],
    [PATHS.bodies, (text: string) => text.replace('"outcome":"compliant"', '"outcome":"inconclusive"')],
    [PATHS.bodies, (text: string) => text.slice(1)],
    [PATHS.checkpoint, (text: string) => text.replace('—', '-')],
    [proofsPath(0), (text: string) => text.replace('index 3', 'index 4')],
    [proofsPath(0), (text: string) => text.slice(512)],
  ])('finds in a changed %s what verifying alone finds', async (path, change) => {
    const changed = withFiles(good, { [path]: change(textOf(good, path)) });
    for (const [name, files] of [
      ['plain', changed],
      ['resealed', await reseal(changed)],
    ] as const) {
      const [beside, alone] = await both(`${path.replaceAll('/', '-')}-${name}`, files);
      expect(beside.ok).toBe(false);
      expect(beside).toEqual(alone);
    }
  });

  it('takes no thread where it gains nothing', async () => {
    const folder = await onDisk('small', good);
    const files = await openPackFiles(folder);
    expect(await withAside(folder, files, async (aside) => aside)).toBeUndefined();
  });
});
