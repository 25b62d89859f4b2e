import { type ObjectJobs, objectJobs } from '../reports/report-jobs.ts';
import { lambdaStart } from '../reports/report-start.ts';
import { s3Place } from '../s3/objects.ts';
import { listFolders } from '../s3/read.ts';
import { storeBucket } from '../store/store.ts';
import type { Deployed } from './deployment.ts';

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
