import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFiles, loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { lintCatalogue } from '../../src/catalog/lint.ts';
import { OWN_PREFIX } from '../../src/catalog/own.ts';
import { formatProblem } from '../../src/catalog/problem.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'catalogue-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the shipped catalogue', () => {
  it('has no problems: every example comes out as it says, every official id is held', async () => {
    const catalogue = await loadCatalogueFiles();
    expect(lintCatalogue(catalogue).map(formatProblem)).toEqual([]);
    expect(catalogue.checks.size).toBeGreaterThan(0);
    expect(catalogue.scopes.get('iam')).toBe('global');
  });

  it('has no id that one of a user’s own can have', async () => {
    const { declared, checks, facts } = await loadCatalogueFiles();
    for (const id of [...declared.checks, ...declared.events]) expect(id.startsWith(OWN_PREFIX)).toBe(false);
    // From which the service of a user's own check is known.
    const judged = new Set([...checks.values()].map((it) => it.check.resource));
    expect(Object.keys(facts).filter((type) => !judged.has(type))).toEqual([]);
  });

  it('takes framework files of the user beside it', async () => {
    const path = join(folder, 'mine.yaml');
    await writeFile(
      path,
      'framework: mine\ntitle: My own\nversion: "1"\npublisher: Me myself\nretention: 1y\nextends: soc2-2017\n',
    );
    const catalogue = await loadCatalogueFiles([path]);
    expect(catalogue.problems).toEqual([]);
    expect(catalogue.frameworks.get('mine')?.control_sets).toEqual(catalogue.frameworks.get('soc2-2017')?.control_sets);
  });
});

describe('catalogueFiles', () => {
  it('refuses files that are too large or not UTF-8, and lists with forward slashes', async () => {
    await writeFile(join(folder, 'large.yaml'), 'x'.repeat(1024 * 1024 + 1));
    await writeFile(join(folder, 'latin.yaml'), Uint8Array.of(0xe4, 0x0a));
    const files = catalogueFiles(folder);
    await expect(files.readText('large.yaml')).rejects.toMatchObject({ code: 'catalog-too-large' });
    await expect(files.readText('latin.yaml')).rejects.toMatchObject({ code: 'catalog-encoding' });
    expect(await catalogueFiles(join(folder, '..')).listFiles(folder.split('/').at(-1) ?? '')).toContain(
      `${folder.split('/').at(-1)}/large.yaml`,
    );
  });
});
