import { z } from 'zod';
import type { Json } from '../../../model/json.ts';
import type { Aws } from '../../service.ts';
import { PolicyText } from '../shared/policy-text.ts';
import type { LambdaFunction } from './function.ts';

const Policy = z.object({ Policy: PolicyText });

const Subnet = z.object({ SubnetId: z.string().min(1), AvailabilityZone: z.string().min(1) });

const Url = z.object({ FunctionArn: z.string().min(1), AuthType: z.string().min(1) });

/** `DestinationConfig` and each part of it is left out, or empty, where none is set. */
const InvokeConfig = z.object({
  FunctionArn: z.string().min(1),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string().optional() }).nullish() }).optional(),
});

const token = { out: 'NextMarker', in: 'Marker' };

/** A container image brings its own runtime, and Lambda names none for it. */
export function runtime({ PackageType, Runtime }: LambdaFunction): Json {
  return PackageType === 'Image' ? null : z.string().min(1).parse(Runtime);
}

/**
 * Whether there are variables. What was recorded holds a placeholder for all of them; `Error` stands
 * in their place where whoever asks may not use the key that encrypts them, so they do exist.
 */
export function hasEnvironment({ Environment: environment }: LambdaFunction): boolean {
  if (environment?.Error !== undefined && environment.Error !== null) return true;
  const variables = z.record(z.string(), z.unknown()).parse(environment?.Variables ?? {});
  return Object.keys(variables).length > 0;
}

/** A function that was taken out of its VPC keeps an empty `VpcConfig`. */
export function subnets({ VpcConfig }: LambdaFunction): string[] {
  return (VpcConfig?.SubnetIds ?? []).toSorted();
}

/** One list of subnets serves all functions. A subnet that is not in it is a failure: its zone is unknown. */
export async function zones(aws: Aws, it: LambdaFunction): Promise<Json> {
  const ids = subnets(it);
  if (ids.length === 0) return [];
  const page = { items: Subnet, at: 'Subnets', token: { out: 'NextToken', in: 'NextToken' } };
  const listed = await aws.list('ec2:DescribeSubnets', {}, page);
  const byId = new Map(listed.map((subnet) => [subnet.SubnetId, subnet.AvailabilityZone]));
  return [...new Set(ids.map((id) => zoneOf(id, byId)))].sort();
}

function zoneOf(id: string, byId: ReadonlyMap<string, string>): string {
  const zone = byId.get(id);
  if (zone === undefined)
    throw new RangeError(`the subnet ${id} of the function is not among the subnets of the region`);
  return zone;
}

/** The resource policy; null without one. */
export async function policy(aws: Aws, name: string): Promise<Json> {
  const answer = await aws.getOrAbsent('lambda:GetPolicy', { FunctionName: name }, Policy);
  return answer?.Policy ?? null;
}

/** The list holds the URLs of the function and of its aliases; it is empty without any. */
export async function urls(aws: Aws, name: string): Promise<Json> {
  const page = { items: Url, at: 'FunctionUrlConfigs', token };
  const listed = await aws.list('lambda:ListFunctionUrlConfigs', { FunctionName: name }, page);
  return listed.map((it) => ({ qualifier: qualifierOf(it.FunctionArn), authType: it.AuthType }));
}

/** The list holds the settings of the function, of its versions and of its aliases; it is empty without any. */
export async function asyncDestinations(aws: Aws, name: string): Promise<Json> {
  const page = { items: InvokeConfig, at: 'FunctionEventInvokeConfigs', token };
  const listed = await aws.list('lambda:ListFunctionEventInvokeConfigs', { FunctionName: name }, page);
  return listed.map((it) => ({
    qualifier: qualifierOf(it.FunctionArn),
    onFailure: it.DestinationConfig?.OnFailure?.Destination || null,
  }));
}

/** `arn:aws:lambda:eu-west-1:111122223333:function:name:qualifier`; without one it is the unpublished version. */
function qualifierOf(arn: string): string {
  return arn.split(':')[7] ?? '$LATEST';
}
