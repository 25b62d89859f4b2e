import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { buildFunctions, LIMITS } from '../../scripts/build.ts';
import { bundledCatalogue, CATALOGUE_FILE } from '../../src/adapters/aws/catalogue.ts';
import { clientIds } from '../../src/adapters/aws/clients.ts';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { catalogueDigest } from '../../src/app/catalogue.ts';

const folder = await mkdtemp(join(tmpdir(), 'witnessmark-bundle-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const built = await buildFunctions(folder);

/** Runs the bundle where it can find nothing but itself, as in Lambda. */
async function inNode(script: string, env: Record<string, string> = {}): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env,
  });
  return stdout.trimEnd().split('\n');
}

const CALL = `const context = { functionName: 'record', awsRequestId: 'r', getRemainingTimeInMillis: () => 900000 };
const from = performance.now();
const { handler } = await import('./record.mjs');
const ms = performance.now() - from;
const error = await handler({}, context).then(() => undefined, (it) => it);
console.log(JSON.stringify({ ms, code: error?.code }));`;

describe('the bundle', () => {
  it('has the catalogue beside it, as the YAML says it', async () => {
    const catalogue = await bundledCatalogue({ file: pathToFileURL(join(folder, CATALOGUE_FILE)) });
    expect(catalogueDigest(catalogue)).toBe(catalogueDigest(await loadCatalogueFiles()));
  });

  it('is within its limits, and split by service', () => {
    expect(built.raw).toBeLessThan(LIMITS.raw);
    expect(built.gzip).toBeLessThan(LIMITS.gzip);
    for (const service of clientIds) {
      expect(built.files.some((it) => it.startsWith(`chunks/${service}-`))).toBe(true);
    }
  });

  it('starts without the project around it, and checks its environment', async () => {
    const lines = (await inNode(CALL)).map((line) => JSON.parse(line));
    expect(lines.at(-2)).toMatchObject({ level: 'error', code: 'function-environment-invalid' });
    const { ms, code } = lines.at(-1);
    expect(code).toBe('function-environment-invalid');
    console.log(
      `bundle: ${Math.round(built.raw / 1000)} KB, ${Math.round(built.gzip / 1000)} KB compressed; imported in ${Math.round(ms)} ms`,
    );
    // It takes 20 ms; with the SDK in the entry it takes several times as much on any machine.
    expect(ms).toBeLessThan(1_000);
  });

  it('loads no SDK client before a task needs it', async () => {
    const [loaded] = await inNode(
      `import { registerHooks } from 'node:module';
       const seen = [];
       registerHooks({ load: (url, context, next) => { seen.push(url); return next(url, context); } });
       await import('./record.mjs');
       console.log(seen.filter((it) => it.startsWith('file:')).map((it) => it.split('/').at(-1)).join(' '));`,
    );
    expect(loaded).toContain('record.mjs');
    expect(loaded).not.toMatch(new RegExp(`\\b(${['cloud', 's3-objects', ...clientIds].join('|')})-[A-Z0-9]{8}\\.mjs`));
  });
});
