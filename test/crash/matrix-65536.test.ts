import { expect, it } from 'vitest';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { integrate } from '../../src/ledger/integrate.ts';
import { notaryStateIn } from '../../src/ledger/notary-state.ts';
import { sequence } from '../../src/ledger/sequence.ts';
import { emptyDisk, storeOf } from '../app/store-of.ts';
import { appendBulk, bulkEntries } from '../ledger/bulk.ts';
import { testSigner } from '../ledger/helpers.ts';
import { auditorOf, casesOf, play, stepsOf, type World, wrongsOf } from '../ledger/matrix.ts';

/** Past it, the tree has a third level of tiles. */
const BOUNDARY = 65_536;
const BEFORE = BOUNDARY - 6;

async function worldOf(): Promise<World> {
  const start = emptyDisk();
  const notaryState = notaryStateIn(memoryObjects({ files: start.notary }), 'notary.json');
  await appendBulk({ ...storeOf(start), notaryState }, BEFORE);
  const entries = { one: bulkEntries(BEFORE, 10), other: bulkEntries(BEFORE + 100, 13) };
  return {
    start,
    entries,
    indexed: false,
    async seal(disk, set, step) {
      const signer = testSigner();
      const sign: typeof signer.sign = async (message) => {
        const fault = step('sign', 'signer');
        const signature = await signer.sign(message);
        if (fault !== 'ok') throw new Error(`injected fault (${fault}) at sign`);
        return signature;
      };
      const { objects, notary } = storeOf(disk, { fault: step, signer: { ...signer, sign } });
      await sequence(objects, entries[set]);
      await integrate({ objects, notary });
    },
  };
}

const world = await worldOf();
const STEPS = await stepsOf(world);
const audit = auditorOf(world);

it(`makes the first tile of the third level in ${STEPS.length} steps`, () => {
  expect(STEPS).toEqual(
    expect.arrayContaining([
      'create tile/0/255',
      'create tile/entries/255',
      'create tile/1/000',
      'create tile/2/000.p/1',
    ]),
  );
});

it.each(casesOf(STEPS))('65,530 entries, then 10: $fault at $what (step $at), then set "$retry"', async (it) => {
  const played = await play(world, it);
  expect(played.thrown).toMatchObject({ message: expect.stringContaining('injected fault') });
  expect(await wrongsOf(world, it, played, audit)).toEqual([]);
});
