import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildFunctions } from '../../scripts/build.ts';
import { cfnLint, checkov, type Finding, packagedTemplate } from './support/linters.ts';
import { ROOT, scratch } from './support/run.ts';

const folder = await scratch('templates');
afterAll(() => rm(folder, { recursive: true, force: true }));
await buildFunctions(join(ROOT, 'dist/functions'));
const own = (await readdir(join(ROOT, 'templates'))).filter((name) => name.endsWith('.yaml'));
const templates = [await packagedTemplate(folder), ...own.map((name) => join(ROOT, 'templates', name))];
const { findings, resources } = await checkov(templates);
const all = [...(await cfnLint(templates)), ...findings];

interface Answer {
  readonly id: string;
  readonly resource: string;
  readonly why: string;
}
const answers = parse(await readFile(join(ROOT, 'serverless/findings.yml'), 'utf8')) as Answer[];

const matches = (answer: Answer, finding: Finding): boolean =>
  answer.id === finding.id && new RegExp(`^${answer.resource.replaceAll('*', '.*')}$`).test(finding.resource);
const shown = ({ id, template, resource, what }: Finding): string => `${id} ${basename(template)} ${resource}: ${what}`;

it('finds nothing in the templates that is not answered', () => {
  const open = all.filter((finding) => !answers.some((answer) => matches(answer, finding)));
  expect(open.map(shown)).toEqual([]);
});

it('has no answer to what is not found', () => {
  const idle = answers.filter((answer) => !all.some((finding) => matches(answer, finding)));
  expect(idle.map(({ id, resource }) => `${id} ${resource}`)).toEqual([]);
});

it('has a reason for each answer', () => {
  for (const { why } of answers) expect(why).toMatch(/^\S.{30,}\.$/);
});

it('was looked at: both linters see a fault that is put in', async () => {
  expect(resources).toBeGreaterThan(40);
  const broken = new URL('./support/broken-template.yaml', import.meta.url).pathname;
  expect((await cfnLint([broken])).map((it) => `${it.id} ${it.resource}`)).toContain('E1010 Topic');
  expect((await checkov([broken])).findings.map((it) => `${it.id} ${it.resource}`)).toContain('CKV_AWS_26 Topic');
});
