import { describe, expect, it } from 'vitest';
import { seal } from '../../src/app/seal.ts';
import { evidence } from './bodies-of.ts';
import type { Disk } from './store-of.ts';
import { auditOf, emptyDisk, storeOf } from './store-of.ts';

/** A store in which, once its own batch was created, another one stands in its place: what a delete marker allows. */
function replaced(disk: Disk): ReturnType<typeof storeOf> {
  let own: string | undefined;
  return storeOf(disk, {
    fault(operation, key) {
      if (own !== undefined && key !== own) {
        disk.objects.set(own, disk.objects.get('other') ?? new Uint8Array());
        own = undefined;
      }
      if (operation === 'create' && key.startsWith('batch/')) own = key;
      return 'ok';
    },
  });
}

describe('a batch that was hidden after it was written', () => {
  it('is not told to be sealed', async () => {
    const other = emptyDisk();
    await seal(storeOf(other), [[evidence({ subject: 'somebody else' })]]);
    const disk = emptyDisk();
    for (const [key, bytes] of other.objects) if (key.startsWith('evidence/')) disk.objects.set(key, bytes);
    disk.objects.set('other', [...other.objects].find(([key]) => key.startsWith('batch/'))?.[1] ?? new Uint8Array());
    const sealing = seal(replaced(disk), [[evidence({ subject: 'ours' })]]);
    await expect(sealing).rejects.toMatchObject({ code: 'ledger-batch-lost' });
    disk.objects.delete('other');
    // The ledger itself is whole: it is somebody else's entry that is in it.
    expect((await auditOf(disk)).findings.filter((it) => it.severity !== 'warning')).toEqual([]);
    expect((await seal(storeOf(disk), [[evidence({ subject: 'ours' })]])).size).toBe(2);
  });
});
