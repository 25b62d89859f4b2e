import {
  AddPermissionCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  PutFunctionEventInvokeConfigCommand,
  type Runtime,
} from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { DEVELOPMENT, IRELAND, PRODUCTION, roleArn, VIRGINIA } from './names.ts';
import type { World } from './world.ts';

interface LambdaFunction {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: string;
  readonly runtime: Runtime;
  readonly vpc?: string;
  /** Queue that takes events which could not be worked on. */
  readonly failures?: string;
  readonly traced?: boolean;
  /** Name of our own key for the environment; the key of AWS without one. */
  readonly key?: string;
  /** A function URL, by who may call it. */
  readonly url?: 'AWS_IAM' | 'NONE';
}

const prod = { account: PRODUCTION, region: IRELAND };
const dev = { account: DEVELOPMENT, region: IRELAND };

const FUNCTIONS: readonly LambdaFunction[] = [
  {
    ...prod,
    name: 'claims-notify',
    created: '2025-11-18T10:12:40Z',
    runtime: 'nodejs24.x',
    vpc: 'prod-core',
    failures: 'claims-dead',
    traced: true,
    key: 'app-secrets',
  },
  {
    ...prod,
    name: 'report-export',
    created: '2024-04-08T08:20:17Z',
    runtime: 'python3.10',
    vpc: 'prod-core',
    failures: 'claims-dead',
    key: 'app-secrets',
  },
  { ...prod, name: 'portal-thumbnails', created: '2024-07-09T12:45:02Z', runtime: 'nodejs20.x', url: 'AWS_IAM' },
  { ...prod, region: VIRGINIA, name: 'recovery-check', created: '2026-03-17T09:31:28Z', runtime: 'python3.13' },
  { ...dev, name: 'dev-mock-clinic', created: '2024-09-09T13:33:11Z', runtime: 'nodejs22.x', url: 'NONE' },
];

/** Makes functions; the URLs, which the emulator does not list, are kept as `function-url/<name>`. */
export async function seedFunctions(world: World): Promise<void> {
  for (const it of FUNCTIONS) {
    await world.at(it.created);
    await world.in(it.account, it.region).lambda.send(new CreateFunctionCommand(request(world, it)));
    if (it.failures !== undefined) await keepFailures(world, it, it.failures);
    if (it.url === undefined) continue;
    world.kept.set(`function-url/${it.name}`, it.url);
    if (it.url === 'NONE') await openToAll(world, it);
  }
}

const CODE = zipSync(
  { 'index.mjs': new TextEncoder().encode('export const handler = async () => {};\n') },
  { mtime: '2024-01-01T00:00:00Z' },
);

function request(world: World, it: LambdaFunction): CreateFunctionCommandInput {
  const isProduction = it.account === PRODUCTION;
  return {
    FunctionName: it.name,
    Runtime: it.runtime,
    Role: roleArn(it.account, isProduction ? 'PortalFunctions' : 'DevFunctions'),
    Handler: 'index.handler',
    Code: { ZipFile: CODE },
    TracingConfig: { Mode: it.traced === true ? 'Active' : 'PassThrough' },
    ...(it.vpc === undefined ? {} : { VpcConfig: network(world, [`subnet/${it.vpc}`, `subnet/${it.vpc}-b`]) }),
    ...(it.key === undefined ? {} : { KMSKeyArn: world.id(`key-arn/${it.key}`) }),
    Environment: { Variables: { STAGE: isProduction ? 'production' : 'development' } },
  };
}

const network = (world: World, subnets: readonly string[]) => ({
  SubnetIds: subnets.map((it) => world.id(it)),
  SecurityGroupIds: [world.id('sg/claims-worker')],
});

/** The emulator forgets a dead letter queue, but not a destination. */
async function keepFailures(world: World, { account, region, name }: LambdaFunction, queue: string): Promise<void> {
  const DestinationConfig = { OnFailure: { Destination: `arn:aws:sqs:${region}:${account}:${queue}` } };
  const input = { FunctionName: name, DestinationConfig };
  await world.in(account, region).lambda.send(new PutFunctionEventInvokeConfigCommand(input));
}

/** What the console adds for a function URL without authentication. */
async function openToAll(world: World, { account, region, name }: LambdaFunction): Promise<void> {
  await world.in(account, region).lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: 'FunctionURLAllowPublicAccess',
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    }),
  );
}
