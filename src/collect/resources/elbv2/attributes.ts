import { z } from 'zod';
import type { Aws } from '../../service.ts';

const Attributes = z.object({
  Attributes: z.array(z.object({ Key: z.string(), Value: z.unknown().optional() })),
});

/**
 * One attribute of a load balancer. All that its type has are in the answer, set or not, so a missing
 * one is a failure (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html).
 */
export async function attribute(aws: Aws, arn: string, key: string): Promise<string> {
  const answer = await aws.get('elbv2:DescribeLoadBalancerAttributes', { LoadBalancerArn: arn }, Attributes);
  const found = answer.Attributes.find((it) => it.Key === key);
  if (found === undefined) throw new RangeError(`the answer has no attribute ${key}`);
  return z.string().min(1).parse(found.Value);
}

/** An attribute that is on or off. */
export async function flag(aws: Aws, arn: string, key: string): Promise<boolean> {
  return z.enum(['true', 'false']).parse(await attribute(aws, arn, key)) === 'true';
}
