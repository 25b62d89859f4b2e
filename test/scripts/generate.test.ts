import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generated/all.ts';
import { code, table } from '../../scripts/generated/markdown.ts';
import { readOnlyPolicy } from '../../scripts/generated/permissions.ts';
import { camelCase } from '../../scripts/generated/registry.ts';
import { projectRoot } from '../../scripts/generated/root.ts';
import { loadServices } from '../../src/collect/services.ts';

const files = await generatedFiles();

describe('npm run generate', () => {
  it.each([...files.keys()])('%s is on disk as it would be written', (path) => {
    expect(readFileSync(join(projectRoot, path), 'utf8')).toBe(files.get(path));
  });

  it('gives the same text twice', async () => {
    expect(await generatedFiles()).toEqual(files);
  });

  it('grants what the readers declare, only reads, and fits into one managed policy', async () => {
    const { permissions } = await loadServices();
    const text = JSON.stringify(readOnlyPolicy(permissions));
    expect(files.get('docs/PERMISSIONS.md')).toContain(JSON.stringify(readOnlyPolicy(permissions), undefined, 2));
    for (const action of permissions)
      expect(action).toMatch(/^[a-z0-9]+:(Get|BatchGet|List|Describe|LookupEvents$|GenerateCredentialReport$)/);
    // Managed policies may have 6,144 characters, white space not counted.
    expect(text.length).toBeLessThan(6144);
  });

  it('names every check, selector and framework once as a heading', () => {
    const checks = files.get('docs/CHECKS.md') ?? '';
    const ids = [...checks.matchAll(/^\*\*`([^`]+)`\*\* /gm)].map((it) => it[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('s3-bucket-tls-only');
    expect(ids).toContain('root-console-login');
  });
});

describe('markdown', () => {
  it('keeps a pipe, a line break and a backtick inside their cell', () => {
    expect(table(['a'], [[code('x || y\n`z`')]])).toBe('| a |\n| --- |\n| `` x \\|\\| y `z` `` |');
  });
});

describe('camelCase', () => {
  it('makes a name of a file name', () => {
    expect(camelCase('not-collected-csv')).toBe('notCollectedCsv');
    expect(camelCase('runs-2-csv')).toBe('runs2Csv');
  });
});
