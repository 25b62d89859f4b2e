import { z } from 'zod';

/**
 * What ListFunctions says of a function
 * (https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html). Lambda leaves out
 * what is not set: the environment, the key, the VPC, the dead letter queue; and the runtime of a
 * container image. Each is judged by the fact that needs it, so that one misfit leaves the others known.
 */
export const LambdaFunction = z.object({
  FunctionName: z.string().min(1),
  FunctionArn: z.string().min(1),
  PackageType: z.string().optional(),
  Runtime: z.unknown().optional(),
  Environment: z.object({ Variables: z.unknown().optional(), Error: z.unknown().optional() }).optional(),
  KMSKeyArn: z.string().optional(),
  VpcConfig: z.object({ VpcId: z.string().optional(), SubnetIds: z.array(z.string()).optional() }).optional(),
  DeadLetterConfig: z.object({ TargetArn: z.string().optional() }).optional(),
  TracingConfig: z.object({ Mode: z.unknown() }).optional(),
});
export type LambdaFunction = z.infer<typeof LambdaFunction>;
