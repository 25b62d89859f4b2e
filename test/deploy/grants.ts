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

/** The policy without some grants; all others stand. */
export function without(policy: Policy, taken: readonly Grant[]): Policy {
  const left = (it: Statement): Statement[] => {
    const its = taken.filter(({ sid }) => sid === it.Sid);
    if (its.length === 0) return [it];
    return listed(it.Action).flatMap((action, at) => {
      const isTaken = (arn: string): boolean => its.some((grant) => grant.action === action && grant.arn === arn);
      const Resource = listed(it.Resource).filter((arn) => !isTaken(arn));
      return Resource.length === 0 ? [] : [{ ...it, Sid: `${it.Sid}${at}`, Action: action, Resource }];
    });
  };
  return { ...policy, Statement: policy.Statement.flatMap(left) };
}

export const grantName = ({ sid, action, on }: Grant): string => `${sid}: ${action}${on === '' ? '' : ` on ${on}`}`;

/** Whether a problem is that this grant was missing, in the words of AWS: a denial of its action, on what it is about. */
export function isDenialOf({ action, arn, on }: Grant, problem: string): boolean {
  if (!/denied|not authorized/i.test(problem)) return false;
  if (!new RegExp(`\\b${action.replace(/^.*:/, '')}\\b`).test(problem)) return false;
  if (arn.includes(':kms:')) return problem.includes(arn);
  return on.endsWith('*') ? problem.includes(`/${on.slice(0, -1)}`) : on === '' || `${problem} `.includes(`/${on} `);
}

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

/**
 * Has the next invocation of a function start an instance, which has opened and remembers nothing; with so many seconds for
 * each invocation where that is given.
 */
export async function newInstance(
  name: string,
  variables: Readonly<Record<string, string>> = {},
  Timeout?: number,
): Promise<void> {
  const FunctionName = `witnessmark-${STAGE}-${name}`;
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables, ...variables, INSTANCE: randomUUID() };
  const input: UpdateFunctionConfigurationCommandInput = { FunctionName, Environment: { Variables }, Timeout };
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
