import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../scripts/generated/root.ts';

/** Of a file in YAML: logical ids stand two spaces in, and what they are two further. */
const RESOURCE = /^ {2}(\w+):\n(?: {4}#.*\n)*(?: {4}(?:Condition|DependsOn): .*\n)* {4}Type: "?AWS::/gm;

it('has each resource of the stack in one file: osls merges two of the same name into something that neither says', () => {
  const folder = join(projectRoot, 'serverless');
  const files = readdirSync(folder).filter((it) => it.endsWith('.yml'));
  const all = files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(RESOURCE)].map(([, id = '']) => ({ id, file })),
  );
  expect(all.length).toBeGreaterThan(60);
  const first = new Map(all.toReversed().map((it) => [it.id, it.file]));
  expect(all.filter(({ id, file }) => first.get(id) !== file)).toEqual([]);
  const roles = JSON.parse(readFileSync(join(folder, 'roles.json'), 'utf8')) as { Resources: object };
  expect(Object.keys(roles.Resources).filter((id) => first.has(id))).toEqual([]);
});
