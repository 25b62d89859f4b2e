import { type Deployed, withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';
import { type JobTurn, type ObjectJobs, objectJobs } from './report-jobs.ts';
import { lambdaStart } from './report-start.ts';
import { type TurnResult, workOnReport } from './report-worker.ts';
import { s3Place } from './s3-objects.ts';
import { listFolders } from './s3-read.ts';
import { storeBucket } from './store.ts';

/** The report jobs of a deployment, whose workers are invocations of a function, by name or ARN. */
export function deployedJobs({ store, work, location }: Deployed, functionName: string): ObjectJobs {
  const bucket = storeBucket(location);
  return objectJobs({
    objects: work,
    folders: () => listFolders(s3Place(bucket), `${bucket.prefix ?? ''}reports/`),
    clock: store.clock,
    start: lambdaStart(functionName),
  });
}

/** An invocation of the function that makes reports, as far as it matters here. */
export interface Invoked {
  readonly functionName: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** One turn at a report of the deployment. */
export function reportDeployed(environment: StoreEnvironment, turn: JobTurn, invoked: Invoked): Promise<TurnResult> {
  return withDeployedStore(environment, (deployed) =>
    workOnReport({
      store: deployed.store,
      work: deployed.work,
      bucket: storeBucket(deployed.location),
      jobs: deployedJobs(deployed, invoked.functionName),
      turn,
      holder: invoked.awsRequestId,
      remaining: () => invoked.getRemainingTimeInMillis(),
    }),
  );
}
