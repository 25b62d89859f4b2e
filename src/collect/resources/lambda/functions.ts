import { z } from 'zod';
import { type Aws, population } from '../../service.ts';
import * as read from './facts.ts';
import { LambdaFunction } from './function.ts';

/** Functions as they are invoked without a qualifier; published versions are not subjects of their own. */
export const functions = population({
  type: 'AWS::Lambda::Function',
  facts: {
    runtime: 'runtime identifier: nodejs24.x, python3.14, provided.al2023…; null for a container image',
    hasEnvironment: 'whether there are environment variables; their names and values are never read',
    kmsKeyArn: 'customer managed KMS key of the environment variables; null where an AWS key encrypts them',
    vpcId: 'VPC that the function reaches its network through; null outside of a VPC',
    subnets: 'ids of its subnets; empty outside of a VPC',
    zones: 'availability zones of its subnets, each once; empty outside of a VPC',
    deadLetterTarget: 'ARN of the dead letter queue or topic; null without one',
    asyncDestinations:
      'settings of asynchronous invocation [{qualifier: $LATEST, a version or an alias; onFailure: ARN or null}]; empty where none are set',
    tracing: 'X-Ray tracing mode: Active or PassThrough',
    policy:
      'resource policy of the function without a qualifier; null without one. Policies of versions and aliases are not in it',
    urls: 'function URLs, those of aliases too [{qualifier: $LATEST or an alias; authType: AWS_IAM or NONE}]',
  },
  permissions: [
    'lambda:ListFunctions',
    'lambda:GetPolicy',
    'lambda:ListFunctionUrlConfigs',
    'lambda:ListFunctionEventInvokeConfigs',
    'ec2:DescribeSubnets',
  ],
  async read(aws) {
    const token = { out: 'NextMarker', in: 'Marker' };
    const page = { items: LambdaFunction, at: 'Functions', token };
    return (await aws.list('lambda:ListFunctions', {}, page)).map(found);
  },
});

function found(it: LambdaFunction) {
  return {
    id: it.FunctionArn,
    name: it.FunctionName,
    facts: {
      runtime: () => read.runtime(it),
      hasEnvironment: () => read.hasEnvironment(it),
      kmsKeyArn: () => it.KMSKeyArn || null,
      vpcId: () => (read.subnets(it).length === 0 ? null : z.string().min(1).parse(it.VpcConfig?.VpcId)),
      subnets: () => read.subnets(it),
      zones: (aws: Aws) => read.zones(aws, it),
      deadLetterTarget: () => it.DeadLetterConfig?.TargetArn || null,
      asyncDestinations: (aws: Aws) => read.asyncDestinations(aws, it.FunctionName),
      tracing: () => z.string().min(1).parse(it.TracingConfig?.Mode),
      policy: (aws: Aws) => read.policy(aws, it.FunctionName),
      urls: (aws: Aws) => read.urls(aws, it.FunctionName),
    },
  };
}
