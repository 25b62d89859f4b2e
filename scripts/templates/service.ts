import { WitnessmarkError } from '../../src/model/error.ts';
import { clientFile, installedSdk, type Sdk } from './client.ts';
import type { Written } from './written.ts';

/** What may be said beside the name of a service. */
export interface ServiceOptions {
  /** SDK package without its scope; `client-<id>` where left out. */
  readonly sdk?: string | undefined;
  /** The operation that lists the resources: `ListQueues`. */
  readonly operation?: string | undefined;
  /** CloudFormation type name: `AWS::SQS::Queue`. */
  readonly type?: string | undefined;
}

interface Reader {
  readonly id: string;
  readonly operation: string;
  readonly type: string;
  /** Where the items stand in an answer: `Queues`. */
  readonly items: string;
}

const ID = /^[a-z][a-z0-9]{1,30}$/;
const TYPE = /^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/;
const OPERATION = /^(List|Describe|Get)[A-Z][A-Za-z0-9]*$/;

/** A reader with one population of one fact, its test over recorded answers, and the SDK client if it is installed. */
export async function newService(id: string, options: ServiceOptions): Promise<Written> {
  if (!ID.test(id)) throw new WitnessmarkError('new-name', `service "${id}": expected lower case letters and digits`);
  const sdkName = `@aws-sdk/${options.sdk ?? `client-${id}`}`;
  const sdk = await installedSdk(sdkName);
  const reader = readerOf(id, options, sdk);
  const client = sdk === undefined ? undefined : clientFile(id, sdk, [reader.operation]);
  const files = new Map([
    [`src/collect/resources/${id}.ts`, readerText(reader)],
    [`test/collect/resources/${id}.test.ts`, testText(reader)],
    ...(client?.files ?? []),
  ]);
  const install = `npm install --save-exact ${sdkName}, then npm run new client ${id}: without a client its calls are recorded as unsupported`;
  return {
    files,
    next: [
      'set the scope, the shape of an answer and the page token by the API reference of the service',
      'add facts: each with its meaning and its own read, null for what is known to be absent; list their IAM actions',
      ...(client?.next ?? [install]),
      `add a check: npm run new check ${id}-<noun>-<statement>`,
    ],
  };
}

/** The client of a service whose reader is there already. */
export async function newClient(id: string, options: ServiceOptions): Promise<Written> {
  if (!ID.test(id)) throw new WitnessmarkError('new-name', `client "${id}": expected lower case letters and digits`);
  const name = `@aws-sdk/${options.sdk ?? `client-${id}`}`;
  const sdk = await installedSdk(name);
  if (sdk === undefined) {
    throw new WitnessmarkError('new-sdk', `${name} is not installed`, { hint: `npm install --save-exact ${name}` });
  }
  return clientFile(id, sdk, [operationOf(options, sdk)]);
}

function readerOf(id: string, options: ServiceOptions, sdk: Sdk | undefined): Reader {
  const operation = operationOf(options, sdk);
  const items = operation.replace(/^(List|Describe|Get)/, '');
  const prefix = sdk?.client.replace(/Client$/, '') ?? id.charAt(0).toUpperCase() + id.slice(1);
  const type = options.type ?? `AWS::${prefix}::${singular(items)}`;
  if (TYPE.test(type)) return { id, operation, items, type };
  throw new WitnessmarkError('new-type', `--type ${type}: expected a CloudFormation type name such as AWS::SQS::Queue`);
}

function operationOf({ operation }: ServiceOptions, sdk: Sdk | undefined): string {
  const listed = sdk?.operations ?? [];
  if (operation === undefined) return listed.find((it) => /^(List|Describe)/.test(it)) ?? 'ListItems';
  if (!OPERATION.test(operation))
    throw new WitnessmarkError('new-operation', `--operation ${operation}: expected a read such as ListQueues`);
  if (sdk === undefined || listed.includes(operation)) return operation;
  throw new WitnessmarkError('new-operation', `${sdk.package} has no operation ${operation}`, {
    hint: `it has ${listed.slice(0, 12).join(', ')} …`,
  });
}

/** `Policies` → `Policy`, `Queues` → `Queue`. */
const singular = (noun: string): string => noun.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');

function readerText({ id, operation, type, items }: Reader): string {
  return `import { z } from 'zod';
import { population, type Service } from '../service.ts';

/** What is used of each item of the answer; whatever else stands in it is recorded and left alone. */
const Listed = z.object({ Arn: z.string().min(1), Name: z.string().min(1) });

/** Every ${type} of the account and region. */
const found = population({
  type: '${type}',
  facts: {
    name: 'name of the resource',
  },
  permissions: ['${id}:${operation}'],
  async read(aws) {
    const token = { out: 'NextToken', in: 'NextToken' };
    const listed = await aws.list('${id}:${operation}', {}, { items: Listed, at: '${items}', token });
    return listed.map((it) => ({ id: it.Arn, name: it.Name, facts: { name: () => it.Name } }));
  },
});

/** ${id}: one file of readers for one AWS service. */
export const service: Service = { id: '${id}', scope: 'regional', populations: [found] };
`;
}

function testText({ id, operation, type, items }: Reader): string {
  return `import { describe, expect, it } from 'vitest';
import { type Answered, changed, denied, populationOf, read, readAgain, resourceOf } from './recorded.ts';

const TYPE = '${type}';
const REGION = 'eu-central-1';
const arn = (name: string) => \`arn:aws:${id}:\${REGION}:111122223333:\${name}\`;
const item = (name: string) => ({ Arn: arn(name), Name: name });
const calls: Answered[] = [
  { call: '${id}:${operation}', answer: { ${items}: [item('first')], NextToken: 'more' } },
  { call: '${id}:${operation}', input: { NextToken: 'more' }, answer: { ${items}: [item('second')] } },
];

describe(TYPE, () => {
  it('is found on all pages', async () => {
    const { resources } = populationOf(await read('${id}', calls, REGION), TYPE);
    expect(resources.map((it) => it.id)).toEqual([arn('first'), arn('second')]);
  });

  it('gives every fact', async () => {
    const { facts, failures } = resourceOf(await read('${id}', calls, REGION), TYPE, 'first');
    expect(facts).toEqual({ name: 'first' });
    expect(failures).toEqual({});
  });

  it('is an unknown population when the list is denied or cut off', async () => {
    const refused = changed(calls, { call: '${id}:${operation}', error: denied });
    const cut = changed(calls, { call: '${id}:${operation}', input: { NextToken: 'more' }, error: denied });
    for (const wrong of [refused, cut])
      expect(populationOf(await read('${id}', wrong, REGION), TYPE).failure).toMatchObject({ kind: 'denied' });
  });

  it('gives the same facts when its recording is read again', async () => {
    const reading = await read('${id}', calls, REGION);
    expect((await readAgain(reading)).populations).toEqual(reading.populations);
  });
});
`;
}
