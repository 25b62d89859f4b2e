import { describe, expect, it } from 'vitest';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { folderUploads } from '../../src/adapters/local/folder-uploads.ts';
import { memoryMessages } from '../../src/adapters/memory/messages.ts';
import { memoryObjects } from '../../src/adapters/memory/objects.ts';
import { catalogueDigest } from '../../src/app/catalogue.ts';
import { activeSet, withSet } from '../../src/app/custom/active.ts';
import { checkFolder } from '../../src/app/custom/check-folder.ts';
import { layOver } from '../../src/app/custom/judge.ts';
import { packCatalogue, unpackCatalogue } from '../../src/catalog/packed.ts';
import { canonicalize, sha256Hex } from '../../src/ledger/canonical.ts';

const loaded = await loadCatalogueFiles();
const packed = unpackCatalogue(packCatalogue(loaded), (value) => sha256Hex(canonicalize(value)));

describe('the example of custom controls', () => {
  it('is right, and judges the same over the packed catalogue as over that of a checkout', async () => {
    const objects = memoryObjects();
    const uploads = folderUploads('examples/custom');
    const clock = { now: () => '2100-01-01T00:00:00.000Z' };
    const ports = { objects, uploads, clock, messages: memoryMessages(), wait: async () => {} };
    const { result } = await checkFolder({ ...ports, catalogue: packed });
    expect(result).toMatchObject({ status: 'accepted', problems: [] });
    const { catalogue } = await withSet(packed, objects, await activeSet(objects));
    const { files } = JSON.parse(
      Buffer.from(objects.files.get(`custom-active/${result.active}.json`) ?? []).toString(),
    );
    const own = Object.entries<string>(files).map(([path, text]) => ({ path, text }));
    expect(catalogueDigest(catalogue)).toBe(catalogueDigest(layOver(loaded, own)));
  });
});
