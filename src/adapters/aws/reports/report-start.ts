import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { awsError } from '../aws-error.ts';
import { PATIENT } from '../retries.ts';
import type { ObjectJobsOptions } from './report-jobs.ts';

/**
 * Starts the workers of reports as invocations of a Lambda function, by name or ARN, that nobody waits for
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html): Lambda has taken the event when it returns.
 * Throws `lambda-…`.
 */
export function lambdaStart(functionName: string, client = new LambdaClient(PATIENT)): ObjectJobsOptions['start'] {
  return async (turn) => {
    const Payload = JSON.stringify(turn);
    const command = new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload });
    await client.send(command).catch((thrown: unknown) => {
      throw awsError(thrown, { area: 'lambda', what: `lambda:InvokeFunction of ${functionName}` });
    });
  };
}
