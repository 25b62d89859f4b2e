import { WitnessmarkError } from '../../src/model/error.ts';
import type { Written } from './written.ts';

/** One SDK package, as far as a template needs it. */
export interface Sdk {
  /** `@aws-sdk/client-sqs` */
  readonly package: string;
  /** `SQSClient` */
  readonly client: string;
  /** Names of the operations that read: `ListQueues`. */
  readonly operations: readonly string[];
}

const READS = /^(List|Describe|Get)\w+Command$/;

/** Looks into an installed SDK package; undefined where it is not installed. */
export async function installedSdk(name: string): Promise<Sdk | undefined> {
  let exported: object;
  try {
    exported = (await import(name)) as object;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw thrown;
  }
  const names = Object.keys(exported).sort();
  const client = names.find((it) => /^[A-Z]\w*Client$/.test(it));
  if (client === undefined) throw new WitnessmarkError('new-sdk', `${name} exports no client`);
  const operations = names.filter((it) => READS.test(it)).map((it) => it.slice(0, -'Command'.length));
  return { package: name, client, operations };
}

/** The module that says which operations of a service may be called. */
export function clientFile(id: string, sdk: Sdk, operations: readonly string[]): Written {
  const commands = operations.map((it) => `${it}Command`);
  const text = `import { ${[...commands, sdk.client].join(', ')} } from '${sdk.package}';
import manifest from '${sdk.package}/package.json' with { type: 'json' };
import { commands, type ServiceClient } from '../client.ts';

/** The read operations of ${id} that readers use. */
export const client: ServiceClient = {
  sdk: \`${sdk.package}@\${manifest.version}\`,
  create: (config) => new ${sdk.client}(config),
  operations: commands({
${operations.map((it) => `    ${it}: ${it}Command,`).join('\n')}
  }),
};
`;
  const next = `list every operation that the reader calls in src/adapters/aws/clients/${id}.ts: others are refused before they are sent`;
  return { files: new Map([[`src/adapters/aws/clients/${id}.ts`, text]]), next: [next] };
}
