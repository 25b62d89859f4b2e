import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalogueFiles } from '../src/adapters/local/catalogue-files.ts';
import { loadServices } from '../src/collect/services.ts';
import { WitnessmarkError } from '../src/model/error.ts';
import { projectRoot } from './generated/root.ts';
import { newCheck } from './templates/check.ts';
import { newFormat } from './templates/format.ts';
import { newFramework } from './templates/framework.ts';
import { put } from './templates/put.ts';
import { newClient, newService } from './templates/service.ts';
import type { Written } from './templates/written.ts';

/** `npm run new service|client|check|framework|format NAME`: writes what a new one needs, its test included. */
const USAGE = `  npm run new service NAME [-- --type AWS::SQS::Queue --operation ListQueues --sdk client-sqs]
  npm run new client NAME    the SDK client of a service, after its package was installed
  npm run new check ID [-- --resource AWS::S3::Bucket --fact policy]
  npm run new framework ID [-- --extends soc2-2017]
  npm run new format NAME-EXTENSION`;

const text = { type: 'string' } as const;
const OPTIONS = { sdk: text, operation: text, type: text, resource: text, fact: text, extends: text };

async function written(argv: readonly string[]): Promise<Written> {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const [kind = '', name = '', ...others] = positionals;
  if (name === '' || others.length > 0) throw usage('expected a kind and a name');
  if (kind === 'service') return newService(name, values);
  if (kind === 'client') return newClient(name, values);
  if (kind === 'format') return newFormat(name);
  const { checks, frameworks, declared } = await loadCatalogueFiles();
  if (kind === 'framework') return newFramework(name, values.extends, new Set(frameworks.keys()));
  if (kind !== 'check') throw usage(`no kind "${kind}"`);
  return newCheck(name, values, {
    services: (await loadServices()).services,
    taken: new Set([...checks.keys(), ...declared.checks]),
    hasFile: (path) => existsSync(join(projectRoot, path)),
  });
}

function usage(problem: string): WitnessmarkError {
  return new WitnessmarkError('new-usage', problem, { hint: USAGE });
}

/** Formats what was written, then brings the lists and pages up to date. */
function finish({ files }: Written): void {
  const sources = [...files.keys()].filter((path) => path.endsWith('.ts'));
  if (sources.length > 0)
    run('node_modules/@biomejs/biome/bin/biome', 'check', '--write', '--log-level=error', ...sources);
  run('scripts/generate.ts');
}

function run(script: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: projectRoot, encoding: 'utf8' });
  if (status !== 0) throw new WitnessmarkError('new-unfinished', `${script} ended with ${status}: ${stderr}`);
}

try {
  const made = await written(process.argv.slice(2));
  for (const line of put(projectRoot, made)) console.log(line);
  finish(made);
  console.log(['next:', ...made.next].join('\n  - '));
} catch (thrown) {
  const isUsage = thrown instanceof TypeError && 'code' in thrown;
  if (!(thrown instanceof WitnessmarkError) && !isUsage) throw thrown;
  console.error(`new: ${thrown.message}`);
  if (thrown instanceof WitnessmarkError && thrown.hint !== undefined) console.error(`  ${thrown.hint.trim()}`);
  process.exitCode = 2;
}
