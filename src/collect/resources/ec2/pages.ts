import { z } from 'zod';
import type { JsonObject } from '../../../model/json.ts';
import type { Aws, Operation } from '../../service.ts';

/** All items of an EC2 list: every Describe operation of EC2 pages with NextToken. */
export function listAll<T>(aws: Aws, operation: Operation, at: string, items: z.ZodType<T>): Promise<T[]> {
  return listWhere({ aws, operation, input: {}, at, items });
}

interface Listing<T> {
  readonly aws: Aws;
  readonly operation: Operation;
  readonly input: JsonObject;
  readonly at: string;
  readonly items: z.ZodType<T>;
}

/** As `listAll`, with an input: owners, versions and the like. */
export function listWhere<T>({ aws, operation, input, at, items }: Listing<T>): Promise<T[]> {
  return aws.list(operation, input, { items, at, token: { out: 'NextToken', in: 'NextToken' } });
}

/** ARN of an EC2 resource of this account and region: `arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1`. */
export function ec2Arn(aws: Aws, kind: string, id: string): string {
  return `arn:${aws.partition}:ec2:${aws.region}:${aws.account}:${kind}/${id}`;
}

/** Tags, of which only the name is used: whatever else stands in them must not make a list unreadable. */
export const Tags = z.array(z.object({ Key: z.unknown().optional(), Value: z.unknown().optional() })).optional();

/** The value of the tag `Name`, by which people know an EC2 resource, else its id. */
export function nameOf(tags: z.infer<typeof Tags>, id: string): string {
  const name = tags?.find((it) => it.Key === 'Name')?.Value;
  return typeof name === 'string' && name !== '' ? name : id;
}
