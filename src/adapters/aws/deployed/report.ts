import type { JobTurn } from '../reports/report-jobs.ts';
import { type TurnResult, workOnReport } from '../reports/report-worker.ts';
import { storeBucket } from '../store/store.ts';
import { withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';
import { deployedJobs } from './jobs.ts';

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
