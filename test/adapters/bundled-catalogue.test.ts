import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledCatalogue } from '../../src/adapters/aws/deployed/catalogue.ts';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { catalogueDigest, checkSources, sourceDefinitions, withoutDefaults } from '../../src/app/catalogue.ts';
import { exampleOf } from '../../src/catalog/examples.ts';
import { lintCatalogue } from '../../src/catalog/lint.ts';
import { packCatalogue } from '../../src/catalog/packed.ts';
import { canonicalize } from '../../src/ledger/canonical.ts';
import { load } from '../catalog/support.ts';

const folder = await mkdtemp(join(tmpdir(), 'witnessmark-catalogue-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const loaded = await loadCatalogueFiles();
const packed = packCatalogue(loaded);
const written = async (name: string, value: unknown): Promise<URL> => {
  await writeFile(join(folder, name), JSON.stringify(value));
  return pathToFileURL(join(folder, name));
};
const bundled = await bundledCatalogue({ file: await written('catalogue.json', packed) });

describe('the catalogue beside the bundles', () => {
  it('has the digest of the YAML, the same sources, and the same definitions of each framework', () => {
    expect(catalogueDigest(bundled)).toBe(catalogueDigest(loaded));
    const types = Object.keys(loaded.facts);
    const sources = (of: typeof loaded) =>
      checkSources(of, types).map(({ source, params, compiled }) => [source, params, compiled.sha256]);
    expect(sources(bundled)).toEqual(sources(loaded));
    expect([...bundled.frameworks.keys()]).toEqual([...loaded.frameworks.keys()]);
    for (const [id, framework] of loaded.frameworks) {
      const own = bundled.frameworks.get(id) ?? framework;
      expect(canonicalize(JSON.parse(JSON.stringify(own)))).toBe(canonicalize(JSON.parse(JSON.stringify(framework))));
      const ofBundle = sourceDefinitions(bundled, withoutDefaults(bundled, own));
      expect([...ofBundle]).toEqual([...sourceDefinitions(loaded, withoutDefaults(loaded, framework))]);
    }
  });

  it('holds everything else that a catalogue holds, and lints as clean', () => {
    expect(bundled.official).toEqual(loaded.official);
    expect(bundled.configRules).toEqual(loaded.configRules);
    expect(bundled.securityHubControls).toEqual(loaded.securityHubControls);
    expect(bundled.facts).toEqual(loaded.facts);
    expect(bundled.scopes).toEqual(loaded.scopes);
    expect(bundled.declared).toEqual(loaded.declared);
    expect(lintCatalogue(bundled, { examples: false }).filter((it) => it.severity === 'error')).toEqual([]);
  });

  it('compiles to the same checks and selectors, which judge every example alike', () => {
    for (const [id, { check, compiled }] of loaded.checks) {
      const own = bundled.checks.get(id);
      expect(own?.compiled.facts).toEqual(compiled.facts);
      expect(own?.compiled.params).toEqual(compiled.params);
      for (const example of check.examples) {
        const { facts, now = '2026-01-01T00:00:00.000Z' } = exampleOf(example);
        const about = { id: 'x', name: 'x', account: '111122223333', region: 'eu-west-1' };
        const resource = { ...about, type: check.resource, facts, failures: {}, lines: {} };
        const context = { account: about.account, region: about.region, now };
        expect(own?.compiled.judge(resource, context)).toEqual(compiled.judge(resource, context));
      }
    }
    for (const [name, { selector, compiled }] of loaded.events) {
      const own = bundled.events.get(name)?.compiled;
      expect(own?.fields).toEqual(compiled.fields);
      expect(own?.names).toEqual(compiled.names);
      for (const example of selector.examples) {
        const event = 'match' in example ? example.match : example.ignore;
        expect(own?.matches(event)).toBe(compiled.matches(event));
        expect(own?.guess(event)).toBe(compiled.guess(event));
      }
    }
  });

  it('refuses a check that is not the one that was packed, and is missed where it was not built', async () => {
    const [first, ...rest] = packed.checks;
    const altered = { ...packed, checks: [{ ...first, check: { ...first?.check, expect: 'true' } }, ...rest] };
    const catalogue = await bundledCatalogue({ file: await written('altered.json', altered) });
    expect(() => catalogue.checks.get(first?.check.id ?? '')?.compiled.facts).toThrow('is not the one that was packed');
    await expect(bundledCatalogue({ file: pathToFileURL(join(folder, 'none.json')) })).rejects.toMatchObject({
      code: 'catalog-not-built',
    });
  });

  it('is not packed while something is wrong', async () => {
    const broken = await load({ 'catalog/checks/s3.yaml': 'service: s3\nchecks: []\n' });
    expect(() => packCatalogue(broken)).toThrow('catalog/checks/s3.yaml');
  });
});
