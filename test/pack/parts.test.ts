import { beforeAll, describe, expect, it } from 'vitest';
import { buildPack, type PackRequest } from '../../src/pack/build.ts';
import { PATHS } from '../../src/pack/paths.ts';
import { type Built, builtPack, failedSteps, verified } from './pack.ts';
import { type Kept, nothingKept, partSink, Stopped } from './parts.ts';

let built: Built;
/** Items on both sides of a border of tars, so that proofs are put while bodies are written. */
let request: PackRequest;
let whole: Kept;
beforeAll(async () => {
  built = await builtPack();
  const items = {
    async *[Symbol.asyncIterator]() {
      let at = 0;
      for await (const item of built.request.items) yield { ...item, index: 990 + 400 * at++ };
    },
  };
  request = { ...built.request, items };
  whole = nothingKept();
  await buildPack(request, partSink(whole, Number.POSITIVE_INFINITY));
});

/** Builds until it is stopped; true once it is done. */
async function part(kept: Kept, steps: number, asked = request): Promise<boolean> {
  try {
    await buildPack(asked, partSink(kept, steps));
    return true;
  } catch (thrown) {
    if (thrown instanceof Stopped) return false;
    throw thrown;
  }
}

describe('a pack that is made in parts', () => {
  it('has the same bytes wherever it was stopped once', async () => {
    let steps = 0;
    for (let done = false; !done; steps += 1) {
      const kept = nothingKept();
      done = await part(kept, steps);
      expect([...kept.digests.keys()].every((path) => kept.files.has(path))).toBe(true);
      await part(kept, Number.POSITIVE_INFINITY);
      expect(kept, `stopped after ${steps}`).toEqual(whole);
    }
    // Each file twice, and each chunk.
    expect(steps).toBeGreaterThan(2 * whole.files.size);
  });

  it.each([2, 3, 7, 20])('has the same bytes however often it was stopped, each time after %i steps', async (steps) => {
    const kept = nothingKept();
    let parts = 1;
    // A stream of several chunks needs more than a few steps: what cannot get on is given more.
    for (let more = steps; !(await part(kept, more)); parts += 1) more = parts % 5 === 0 ? more + 1 : more;
    expect(parts).toBeGreaterThan(1);
    expect(kept).toEqual(whole);
  });

  it('verifies', async () => {
    const kept = nothingKept();
    while (!(await part(kept, 30, built.request)));
    expect(failedSteps(await verified(kept.files))).toEqual([]);
    expect(kept.files).toEqual(built.files);
  });

  it('reads nothing of a rendering and asks for no proof and no call that it has', async () => {
    const { files, digests } = whole;
    const kept = { files: new Map(files), digests: new Map(digests) };
    kept.digests.delete(PATHS.manifest);
    const asked: string[] = [];
    const items = {
      async *[Symbol.asyncIterator]() {
        const proof = async () => Promise.reject(new RangeError('asked for a proof'));
        for await (const item of request.items) yield { ...item, proof };
      },
    };
    const retrieval = async (object: string) => Promise.reject(new RangeError(`asked for ${object}`));
    const sink = partSink(kept, Number.POSITIVE_INFINITY);
    const put = async (path: string, content: never) => {
      asked.push(path);
      await sink.put(path, content);
    };
    await buildPack({ ...request, items, retrieval }, { ...sink, put });
    expect([asked, sink.streamed]).toEqual([[PATHS.manifest], []]);
  });

  it('is refused where what was stored is not what it holds now', async () => {
    const kept = { files: new Map(whole.files), digests: new Map(whole.digests) };
    const changed = { ...request, trust: { ...request.trust, rootPem: request.trust.signingPem } };
    await expect(part(kept, Number.POSITIVE_INFINITY, changed)).rejects.toMatchObject({ code: 'pack-file-differs' });
    const { consistency: _, ...fewer } = request;
    kept.digests.delete(PATHS.attestation);
    for (const it of ['sigstore', 'manifest', 'tagManifest', 'bagInfo'] as const) kept.digests.delete(PATHS[it]);
    kept.files.clear();
    await expect(part(kept, Number.POSITIVE_INFINITY, fewer)).rejects.toMatchObject({ code: 'pack-file-differs' });
  });
});
