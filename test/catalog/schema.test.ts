import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { catalogueSchemas } from '../../src/catalog/schema.ts';

describe('catalogueSchemas', () => {
  it('has a strict schema for every kind of file, in which defaults are not required', () => {
    const schemas = catalogueSchemas();
    expect(Object.keys(schemas)).toEqual([
      'checks',
      'events',
      'framework',
      'control-set',
      'framework-file',
      'statements',
    ]);
    for (const schema of Object.values(schemas))
      expect(schema).toMatchObject({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        additionalProperties: false,
      });
    expect(schemas['framework-file']).toMatchObject({
      required: ['framework', 'title', 'version', 'publisher', 'retention'],
    });
  });

  it('is the same text every time', () => {
    expect(JSON.stringify(catalogueSchemas())).toBe(JSON.stringify(catalogueSchemas()));
  });
});

describe('official lists', () => {
  it.each([
    ['soc2-tsc-2017', 'ids', 61],
    ['hipaa-security-rule', 'ids', 64],
    ['pci-dss-4.0.1', 'ids', 280],
    ['config-rules', 'identifiers', 822],
    ['security-hub-controls', 'identifiers', 573],
  ])('%s holds every id once', async (name, key, count) => {
    const text = await readFile(new URL(`../../frameworks/official/${name}.json`, import.meta.url), 'utf8');
    const ids = (JSON.parse(text) as Record<string, string[]>)[key];
    expect(ids).toHaveLength(count);
    expect(new Set(ids).size).toBe(count);
  });
});
