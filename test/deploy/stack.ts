import { setTimeout } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';

import { dynamodbIndex } from '../../src/adapters/aws/dynamodb-index.ts';
import { storeObjects } from '../../src/adapters/aws/store/store.ts';
import { parseStoreLocation } from '../../src/adapters/aws/store/store-location.ts';
import { bodyReader } from '../../src/app/objects.ts';
import type { EvidenceIndex } from '../../src/ports/evidence-index.ts';

/** `npm run test:deploy` has deployed it, and says so in the environment. */
export const STAGE = process.env.WITNESSMARK_STAGE ?? 'test';
export const ACCOUNT = process.env.AWS_ACCESS_KEY_ID ?? '';
export const REGION = process.env.AWS_REGION ?? '';
export const ORGANISATION = 'Example Health';

export const s3 = new S3Client({ forcePathStyle: true });
export const lambda = new LambdaClient({});
export const sfn = new SFNClient({});

/** Outputs of the stack by their names. */
export async function outputs(): Promise<Readonly<Record<string, string>>> {
  const { Stacks } = await new CloudFormationClient({}).send(
    new DescribeStacksCommand({ StackName: `witnessmark-${STAGE}` }),
  );
  return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((it) => [it.OutputKey ?? '', it.OutputValue ?? '']));
}

/** Answers of functions are JSON. */
export type Answer = Record<string, unknown> & { ok?: boolean; errorMessage?: string };

/** Invokes a function of the stack, under its own role, and gives what it answered or threw. */
export async function invoke(name: string, event: object): Promise<Answer> {
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: `witnessmark-${STAGE}-${name}`, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  return JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
}

/** Makes the store of the stack; where it is there already, nothing happens. */
export const makeStore = (): Promise<Answer> => invoke('init', { organisation: ORGANISATION });

/** Starts a run, and gives how it ended. */
export async function runMachine(input: object, name?: string): Promise<DescribeExecutionCommandOutput> {
  const { RunMachineArn: stateMachineArn } = await outputs();
  const started = await sfn.send(
    new StartExecutionCommand({
      stateMachineArn,
      input: JSON.stringify(input),
      ...(name === undefined ? {} : { name }),
    }),
  );
  return ended(started.executionArn ?? '');
}

/** Waits for the end of an execution. */
export async function ended(executionArn: string): Promise<DescribeExecutionCommandOutput> {
  for (;;) {
    const told = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (told.status !== 'RUNNING') return told;
    await setTimeout(250);
  }
}

/** The execution that the schedule started, once: the first of all, for whoever waits for it before starting one. */
export async function scheduled(): Promise<string> {
  const { RunMachineArn: stateMachineArn } = await outputs();
  for (let waited = 0; waited < 240; waited++) {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    const first = executions.at(-1)?.executionArn;
    if (first !== undefined) return first;
    await setTimeout(1_000);
  }
  throw new Error('the schedule has not fired in four minutes');
}

/** What the steps of an ended run gave. */
export interface RunSteps {
  readonly plan: { readonly step: { readonly run: string; readonly at: string; readonly tasks: number } };
  readonly sealed: { readonly step: Record<string, never> & { readonly entries: number; readonly collected: number } };
  readonly assessed: {
    readonly step: { readonly assessed: { framework: string; assessment: string; version: number }[] };
  };
}

export function stepsOf({ status, output, cause }: DescribeExecutionCommandOutput): RunSteps {
  if (status !== 'SUCCEEDED') throw new Error(`the run ended as ${status}: ${cause}`);
  return JSON.parse(output ?? '{}');
}

/** The index of the stack, read as its owner may. */
export async function indexOf(): Promise<EvidenceIndex> {
  const location = parseStoreLocation((await outputs()).StoreAddress ?? '');
  return dynamodbIndex({ table: location.table ?? '', readBody: bodyReader(storeObjects(location)) });
}
