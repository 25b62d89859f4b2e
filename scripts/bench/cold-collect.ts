/**
 * One cold start of Collect up to where one service can be called, in the process that it runs in: bundled by
 * `cold.ts` as the functions are, so that each step is that of the deployed bundle. Prints milliseconds since the
 * beginning and of processor time per step, as JSON. Nothing is called.
 */
export interface Step {
  readonly step: string;
  readonly wall: number;
  readonly cpu: number;
}

const began = performance.now();
const usage = process.cpuUsage();
const steps: Step[] = [];
const done = (step: string): void => {
  const { user, system } = process.cpuUsage(usage);
  steps.push({ step, wall: performance.now() - began, cpu: (user + system) / 1000 });
};

const id = process.argv[2] ?? '';
await import('../../functions/collect.ts');
done('entry');
await import('../../src/adapters/aws/deployed-collect.ts');
const { loadService } = await import('../../src/collect/services.ts');
const { bundledCatalogue } = await import('../../src/adapters/aws/catalogue.ts');
done('use case');
const catalogue = await bundledCatalogue();
done('catalogue');
const { populations } = await loadService(id);
done('reader');
const types = new Set(populations.map((it) => it.type));
const checks = [...catalogue.checks.values()].filter((it) => types.has(it.check.resource));
const facts = checks.reduce((sum, it) => sum + it.compiled.facts.length, 0);
if (facts === 0) throw new Error(`no check of ${id} reads a fact`);
done('checks');
await import('../../src/adapters/aws/cloud.ts');
const { loadClient } = await import('../../src/adapters/aws/clients.ts');
const client = await loadClient(id);
if (client === undefined) throw new Error(`no client of ${id}`);
client.create({ region: 'eu-west-1', maxAttempts: 5, retryMode: 'adaptive', requestHandler: {} });
done('client');
process.stdout.write(`${JSON.stringify(steps)}\n`);
