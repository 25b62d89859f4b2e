/**
 * One cold start of Collect, in the process that it runs in: what a task of one service loads and makes, in the order in
 * which it is needed: up to where the service can be called, and then what it takes to judge what it answered and to find
 * what is known already. Nothing is left out, though the function loads the latter beside its calls or after them. Bundled
 * by `cold.ts` as the functions are, so that each step is that of the deployed bundle. Prints milliseconds since the
 * beginning and of processor time per step, as JSON. Nothing is called.
 */
export interface Step {
  readonly step: 'entry' | 'use case' | 'store' | 'reader' | 'ready' | 'catalogue' | 'checks' | 'index';
  readonly wall: number;
  readonly cpu: number;
}

const began = performance.now();
const usage = process.cpuUsage();
const steps: Step[] = [];
const done = (step: Step['step']): void => {
  const { user, system } = process.cpuUsage(usage);
  steps.push({ step, wall: performance.now() - began, cpu: (user + system) / 1000 });
};

const id = process.argv[2] ?? '';
const region = 'eu-west-1';
await import('../../functions/collect.ts');
done('entry');
await import('../../src/adapters/aws/deployed/collect.ts');
done('use case');
// The plan and the task are read from S3, the store's secret comes from KMS.
const { s3Client } = await import('../../src/adapters/aws/s3/place.ts');
const { kmsClient } = await import('../../src/adapters/aws/kms/client.ts');
s3Client(region);
kmsClient(region);
done('store');
const { loadService } = await import('../../src/collect/services.ts');
const { populations } = await loadService(id);
done('reader');
// Whose credentials these are is asked before anything else is.
const { loadClient } = await import('../../src/adapters/aws/clients.ts');
for (const service of ['sts', id]) {
  const client = await loadClient(service);
  if (client === undefined) throw new Error(`no client of ${service}`);
  client.create({ region, maxAttempts: 5, retryMode: 'adaptive', requestHandler: {} });
}
done('ready');
const { bundledCatalogue } = await import('../../src/adapters/aws/deployed/catalogue.ts');
await import('../../src/adapters/aws/deployed/active-catalogue.ts');
const { catalogueDigest, checkSources } = await import('../../src/app/catalogue.ts');
const catalogue = await bundledCatalogue();
catalogueDigest(catalogue);
done('catalogue');
const sources = checkSources(
  catalogue,
  populations.map((it) => it.type),
);
const facts = sources.reduce((sum, it) => sum + it.compiled.facts.length, 0);
if (facts === 0) throw new Error(`no check of ${id} reads a fact`);
done('checks');
const { dynamodbIndex } = await import('../../src/adapters/aws/dynamodb-index.ts');
dynamodbIndex({ table: 'index', region, readBody: () => Promise.reject(new Error('nothing is called')) });
done('index');
process.stdout.write(`${JSON.stringify(steps)}\n`);
