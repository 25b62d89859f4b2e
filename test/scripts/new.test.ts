import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newCheck } from '../../scripts/templates/check.ts';
import { newFormat } from '../../scripts/templates/format.ts';
import { newFramework } from '../../scripts/templates/framework.ts';
import { put } from '../../scripts/templates/put.ts';
import { newClient, newService } from '../../scripts/templates/service.ts';
import { loadServices } from '../../src/collect/services.ts';
import type { WitnessmarkError } from '../../src/model/error.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const CONFIG = ['package.json', 'tsconfig.json', 'biome.json', 'vitest.config.ts', '.gitignore'];
const COPIED = ['src', 'scripts', 'functions', 'serverless', 'templates', 'frameworks', 'docs', ...CONFIG];
const HELPERS = ['test/collect/resources/recorded.ts', 'test/report/sample-report.ts'];
/** What the templates wrote, and the lists that name it. */
const SOURCES = ['src/collect', 'src/report/formats.ts', 'src/report/formats', 'src/adapters/aws/clients', 'test'];

let copy: string;
const services = (await loadServices()).services;
const context = {
  services,
  taken: new Set(['s3-bucket-tls-only']),
  hasFile: (path: string) => path.endsWith('/s3.yaml'),
};

/** The test runner's own settings must not reach the one that it starts. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_OPTIONS)/.test(name)),
);

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: copy, env }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

const BIOME = 'node_modules/@biomejs/biome/bin/biome';
const OURS = [
  ...['zebra', 'aliases'].flatMap((id) => [`src/collect/resources/${id}.ts`, `test/collect/resources/${id}.test.ts`]),
  'src/adapters/aws/clients/aliases.ts',
  'src/report/formats',
  'test/report/formats',
];
const LISTS = ['src/collect/services.ts', 'src/adapters/aws/clients.ts', 'src/report/formats.ts'];

/** Everything that looks at the copy without changing it, all at once. */
const jobs = () => ({
  types: run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.new.json'),
  lint: run(BIOME, 'ci', '--colors=off', ...OURS, ...LISTS),
  catalogue: run('src/cli/main.ts', 'framework', 'validate'),
  tests: run(
    ...['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', '--reporter=json', '--outputFile=results.json'],
    ...['test/collect/resources', 'test/report/formats'],
  ),
});
let running: ReturnType<typeof jobs>;
let command: Ended;

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), 'witnessmark-new-'));
  for (const path of [...COPIED, ...HELPERS]) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'tsconfig.new.json'), JSON.stringify({ extends: './tsconfig.json', include: SOURCES }));
  const made = [
    await newService('zebra', {}),
    await newService('aliases', { sdk: 'client-kms', operation: 'ListAliases', type: 'AWS::KMS::Alias' }),
    newCheck('s3-bucket-owner-set', { fact: 'ownership' }, context),
    newFramework('house-rules', undefined, new Set(['soc2-2017'])),
    newFramework('acme', 'soc2-2017', new Set(['soc2-2017'])),
    ...['verdicts-csv', 'verdicts-txt', 'verdicts-json', 'verdicts-jsonl'].map(newFormat),
  ];
  for (const written of made) put(copy, written);
  // The command formats what it wrote itself, and brings lists and pages up to date for all of them.
  await run(BIOME, 'check', '--write', ...OURS);
  command = await run('scripts/new.ts', 'format', 'short-md');
  running = jobs();
}, 60_000);
afterAll(async () => {
  await Promise.all(Object.values(running));
  rmSync(copy, { recursive: true });
});

describe('what `npm run new` writes', () => {
  it('is in the lists of services, clients and formats, and in the generated pages', () => {
    const text = (path: string) => readFileSync(join(copy, path), 'utf8');
    expect(text('src/collect/services.ts')).toContain("(await import('./resources/zebra.ts')).service,");
    expect(text('src/adapters/aws/clients.ts')).toContain("(await import('./clients/aliases.ts')).client,");
    expect(text('src/report/formats.ts')).toContain("{ format as verdictsJsonl } from './formats/verdicts-jsonl.ts';");
    expect(text('docs/PERMISSIONS.md')).toContain('"aliases:ListAliases"');
    expect(text('docs/CHECKS.md')).toContain('s3-bucket-owner-set');
    expect(text('docs/FRAMEWORKS.md')).toContain('## house-rules');
  });

  it('type-checks', async () => {
    expect(await running.types).toMatchObject({ status: 0, stdout: '' });
  }, 60_000);

  it('is clean for the linter once it was formatted, as the command does', async () => {
    const { status, stdout, stderr } = await running.lint;
    expect(status, stdout + stderr).toBe(0);
  }, 60_000);

  it('passes the catalogue linter, which runs the examples: no control uses the check yet, that is all', async () => {
    const { status, stdout, stderr } = await running.catalogue;
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^frameworks\/checks\/s3\.yaml:\d+:\d+: warning: no framework uses .*s3-bucket-owner-set"\n$/,
    );
    expect(stderr).toContain(' 0 errors, 1 warnings');
  }, 60_000);

  it('passes its own tests', async () => {
    const { status, stdout, stderr } = await running.tests;
    expect(status, stdout + stderr).toBe(0);
    const { numTotalTests, numPassedTests } = JSON.parse(readFileSync(join(copy, 'results.json'), 'utf8'));
    expect(numPassedTests).toBe(numTotalTests);
    expect(numTotalTests).toBe(2 * 4 + 5 * 3);
  }, 60_000);
});

describe('`npm run new`', () => {
  it('writes, brings the lists up to date and says what comes next', () => {
    expect(command.status, command.stderr).toBe(0);
    expect(command.stdout).toMatch(/^wrote src\/report\/formats\/short-md\.ts\nwrote test\/.*\nnext:\n {2}- /);
    expect(readFileSync(join(copy, 'src/report/formats.ts'), 'utf8')).toContain('shortMd,');
  });

  it('says how it is used when the kind is unknown, and ends with 2', async () => {
    const { status, stderr } = await run('scripts/new.ts', 'controller', 'x');
    expect(status).toBe(2);
    expect(stderr).toContain('npm run new service NAME');
  });

  it('touches nothing when a file is there already', () => {
    const before = readFileSync(join(copy, 'src/report/formats/runs-csv.ts'), 'utf8');
    expect(() => put(copy, newFormat('runs-csv'))).toThrow(/runs-csv\.ts is there already/);
    expect(readFileSync(join(copy, 'src/report/formats/runs-csv.ts'), 'utf8')).toBe(before);
  });
});

describe('names', () => {
  it.each([
    ['service S3', () => newService('S3', {})],
    ['service ../x', () => newService('../x', {})],
    ['format report', () => newFormat('report')],
    ['format ../../x-csv', () => newFormat('../../x-csv')],
    ['format verdicts-exe', () => newFormat('verdicts-exe')],
    ['check Bucket', () => newCheck('Bucket', {}, context)],
    ['check athena-workgroup-encrypted', () => newCheck('athena-workgroup-encrypted', {}, context)],
    ['framework ../x', () => newFramework('../x', undefined, new Set())],
    ['framework checks', () => newFramework('checks', undefined, new Set())],
  ])('refuses %s', async (_, make) => {
    await expect((async () => make())()).rejects.toMatchObject({
      code: 'new-name',
    } satisfies Partial<WitnessmarkError>);
  });

  it.each([
    ['a check that is there', 'new-exists', () => newCheck('s3-bucket-tls-only', {}, context)],
    ['a framework that is there', 'new-exists', () => newFramework('soc2-2017', undefined, new Set(['soc2-2017']))],
    ['an unknown base', 'new-base', () => newFramework('acme', 'soc3', new Set(['soc2-2017']))],
    ['an unknown resource', 'new-resource', () => newCheck('s3-x-y', { resource: 'AWS::S3::Thing' }, context)],
    ['an unknown fact', 'new-fact', () => newCheck('s3-x-y', { fact: 'colour' }, context)],
    ['an operation that writes', 'new-operation', () => newService('zebra', { operation: 'DeleteFunction' })],
    [
      'an operation that the SDK lacks',
      'new-operation',
      () => newService('aliases', { sdk: 'client-kms', operation: 'ListZebras' }),
    ],
    ['a client without its SDK', 'new-sdk', () => newClient('zebra', {})],
    ['a malformed type', 'new-type', () => newService('zebra', { type: 'Queue' })],
  ])('refuses %s', async (_, code, make) => {
    await expect((async () => make())()).rejects.toMatchObject({ code });
  });
});
