import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { folderNotaryState } from '../../src/adapters/local/notary-state.ts';
import { folderObjects } from '../../src/adapters/local/objects.ts';
import { memoryNotaryState } from '../../src/adapters/memory/notary-state.ts';
import { type MemoryObjects, memoryObjects } from '../../src/adapters/memory/objects.ts';
import { notaryStateIn } from '../../src/ledger/notary-state.ts';
import { notaryStateSuite } from './notary-state.suite.ts';

const base = await mkdtemp(join(tmpdir(), 'witnessmark-notary-'));
afterAll(() => rm(base, { recursive: true, force: true }));

let objects: MemoryObjects;
notaryStateSuite('memory', {
  open: async () => {
    objects = memoryObjects();
    return notaryStateIn(objects, 'notary.json');
  },
  reopen: async () => notaryStateIn(objects, 'notary.json'),
  raw: async () => ({ objects, key: 'notary.json' }),
});

let count = 0;
const folder = () => join(base, String(count));
notaryStateSuite('folder', {
  open: async () => {
    count += 1;
    return folderNotaryState(folder());
  },
  reopen: async () => folderNotaryState(folder()),
  raw: async () => ({ objects: folderObjects(folder()), key: 'notary.json' }),
});

describe("a notary's memory that cannot be reached", () => {
  it('throws, and is not taken for an empty one', async () => {
    const state = memoryNotaryState({ fault: () => 'fail' });
    const unavailable = expect.objectContaining({ code: 'objects-unavailable' });
    await expect(state.read()).rejects.toThrow(unavailable);
    await expect(state.swap(undefined, { size: 0, root: '', signed: [] })).rejects.toThrow(unavailable);
  });
});
