import { randomUUID } from 'node:crypto';
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import { lambda, REGION, STAGE } from './stack.ts';

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

/** The inline policy of a role. */
export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

/** The least that can be taken from a role: one action on one of the resources of its statement. */
export interface Grant {
  readonly sid: string;
  readonly action: string;
  readonly arn: string;
  /** Where it is one of several: the part of the ARN that tells it from the others. */
  readonly on: string;
}

const listed = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

/** Of S3 objects the key, and of anything else nothing: there is one in each statement. */
const keyIn = (arn: string): string => /^arn:aws[a-z-]*:s3:::[^/]+\/(.+)$/.exec(arn)?.[1] ?? '';

/** What the readers declare is one statement, which `test/emulators/roles.test.ts` takes apart. */
const OF_READERS = 'WitnessmarkReadOnly';

/** Everything that can be taken from a policy. */
export const grantsOf = ({ Statement }: Policy): Grant[] =>
  Statement.filter(({ Sid }) => Sid !== OF_READERS).flatMap(({ Sid: sid, Action, Resource }) =>
    listed(Action).flatMap((action) => listed(Resource).map((arn) => ({ sid, action, arn, on: keyIn(arn) }))),
  );

/** The policy without one grant; all others stand. */
export function without(policy: Policy, { sid, action, arn }: Grant): Policy {
  const split = (it: Statement): Statement[] => {
    if (it.Sid !== sid) return [it];
    const actions = listed(it.Action).filter((other) => other !== action);
    const resources = listed(it.Resource).filter((other) => other !== arn);
    return [
      ...(actions.length === 0 ? [] : [{ ...it, Action: actions }]),
      ...(resources.length === 0 ? [] : [{ ...it, Sid: `${sid}Else`, Action: action, Resource: resources }]),
    ];
  };
  return { ...policy, Statement: policy.Statement.flatMap(split) };
}

export const grantName = ({ sid, action, on }: Grant): string => `${sid}: ${action}${on === '' ? '' : ` on ${on}`}`;

const iam = new IAMClient({});
const rolePolicy = (name: string) => ({
  RoleName: `witnessmark-${STAGE}-${name}-${REGION}`,
  PolicyName: 'witnessmark',
});

/** The inline policy of a function's role, as it was deployed. */
export async function policyOf(name: string): Promise<Policy> {
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand(rolePolicy(name)));
  return JSON.parse(PolicyDocument.startsWith('%') ? decodeURIComponent(PolicyDocument) : PolicyDocument);
}

export async function setPolicy(name: string, policy: Policy): Promise<void> {
  await iam.send(new PutRolePolicyCommand({ ...rolePolicy(name), PolicyDocument: JSON.stringify(policy) }));
}

/** Has the next invocation of a function start an instance, which has opened and remembers nothing. */
export async function newInstance(name: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
  const FunctionName = `witnessmark-${STAGE}-${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ...variables, INSTANCE: randomUUID() };
  const input: UpdateFunctionConfigurationCommandInput = { FunctionName, Environment: { Variables } };
  await lambda.send(new UpdateFunctionConfigurationCommand(input));
}

/** Variables of a function. */
export async function variablesOf(name: string): Promise<Readonly<Record<string, string>>> {
  const FunctionName = `witnessmark-${STAGE}-${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment?.Variables ?? {};
}

/** Whether an instance that has used the grant before may do without it: what it opened, it keeps. */
export const isKept = ({ sid, action, on }: Grant): boolean =>
  ['OpenStore', 'ReadStore', 'Secret'].includes(sid) ||
  action === 'kms:GetPublicKey' ||
  on.startsWith('custom-active/');
