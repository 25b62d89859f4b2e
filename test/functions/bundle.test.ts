import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { buildFunctions, MOST_ZIPPED } from '../../scripts/build.ts';
import { functionModules } from '../../scripts/generated/roles.ts';
import { clientIds } from '../../src/adapters/aws/clients.ts';
import { bundledCatalogue, CATALOGUE_FILE } from '../../src/adapters/aws/deployed/catalogue.ts';
import { loadCatalogueFiles } from '../../src/adapters/local/catalogue-files.ts';
import { catalogueDigest } from '../../src/app/catalogue.ts';

const folder = await mkdtemp(join(tmpdir(), 'witnessmark-bundle-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const built = await buildFunctions(folder);

/** Runs the bundle where it can find nothing but itself, as in Lambda. */
async function inNode(name: string, script: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(folder, name),
    env: {},
  });
  return stdout.trimEnd().split('\n');
}

const names = [...(await functionModules()).keys()];

/** Starts each function in a process of its own, as Lambda does, and calls it with nothing set. */
const call = (name: string) => `import { registerHooks } from 'node:module';
const seen = [];
let signs = false;
registerHooks({ load: (url, context, next) => {
  seen.push(url);
  const loaded = next(url, context);
  signs ||= url.startsWith('file:') && Buffer.from(loaded.source).includes('AWS4-HMAC-SHA256');
  return loaded;
} });
const context = { functionName: '${name}', awsRequestId: 'r', getRemainingTimeInMillis: () => 900000 };
const from = performance.now();
const { handler } = await import('./${name}.mjs');
const ms = performance.now() - from;
const loaded = seen.filter((it) => it.startsWith('file:')).map((it) => it.split('/').at(-1)).join(' ');
const error = await handler({}, context).then(() => undefined, (it) => it);
console.log(JSON.stringify({ ms, code: error?.code, loaded, signs }));`;

describe('the bundle', () => {
  it('has the catalogue beside it, as the YAML says it', async () => {
    const catalogue = await bundledCatalogue({ file: pathToFileURL(join(folder, 'collect', CATALOGUE_FILE)) });
    expect(catalogueDigest(catalogue)).toBe(catalogueDigest(await loadCatalogueFiles()));
  });

  it.each(built)('of $name is within the limit of a zip', ({ zip }) => {
    expect(zip).toBeLessThan(MOST_ZIPPED);
  });

  it('of the one that reads AWS is split by service', () => {
    const { files = [] } = built.find((it) => it.name === 'collect') ?? {};
    for (const service of clientIds) expect(files.some((it) => it.startsWith(`chunks/${service}-`))).toBe(true);
  });

  it.each(names)(
    'starts %s without the project around it and without an SDK client, and checks its environment',
    async (name) => {
      const lines = (await inNode(name, call(name))).map((line) => JSON.parse(line));
      expect(lines.find((it) => it.level === 'error')).toMatchObject({ code: 'function-environment-invalid' });
      const { ms, code, loaded, signs } = lines.at(-1);
      expect(code).toBe('function-environment-invalid');
      expect(loaded).toContain(`${name}.mjs`);
      // What every client of the SDK has.
      expect(signs).toBe(false);
      // It takes some 30 ms; with the SDK in the entry it takes several times as much on any machine.
      expect(ms).toBeLessThan(1_500);
    },
  );
});
