import { randomUUID } from 'node:crypto';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { createApi } from '../../api/api.ts';
import { gatewayClaims, principalOf } from '../../api/principal.ts';
import { accessLog } from '../../app/access-log.ts';
import { messageOf } from '../../model/error.ts';
import { bundledCatalogue } from './catalogue.ts';
import { deployedJobs } from './deployed-jobs.ts';
import { type Deployed, withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';
import { s3Downloads } from './downloads.ts';
import { storeBucket } from './store.ts';

/** Variables of the API beside those of the store. */
export type ApiEnvironment = StoreEnvironment & {
  readonly WITNESSMARK_ISSUER: string;
  readonly WITNESSMARK_AUDIENCE: string;
  /** Name of the function that makes reports. */
  readonly WITNESSMARK_REPORT: string;
};

type Log = (line: Readonly<Record<string, unknown>>) => void;
type Answer = ReturnType<ReturnType<typeof handle>>;

/** Kept between the invocations of one function instance: it remembers what many requests ask again. */
let made: Promise<ReturnType<typeof createApi>> | undefined;

/**
 * Answers one event of API Gateway (HTTP API, payload format 2.0), whose authorizer has verified the token. What it
 * records has its place in the ledger before it answers; the next run of the index function signs it.
 */
export async function answerDeployed(environment: ApiEnvironment, event: object, log: Log): Promise<Awaited<Answer>> {
  made ??= withDeployedStore(environment, (deployed) => apiOf(deployed, environment, log));
  made.catch(() => {
    made = undefined;
  });
  return handle(await made)(event as LambdaEvent);
}

async function apiOf(deployed: Deployed, environment: ApiEnvironment, log: Log) {
  const { store, location } = deployed;
  const { WITNESSMARK_ISSUER: issuer, WITNESSMARK_AUDIENCE: audience } = environment;
  return createApi({
    store,
    catalogue: await bundledCatalogue(),
    accesses: accessLog(store),
    authorise(_request, env) {
      const claims = gatewayClaims(env);
      // Routes that everybody may ask have no authorizer; whoever needs a sign-in elsewhere is refused there.
      return claims === undefined ? undefined : principalOf(claims, { issuer, audience }, store.clock.now());
    },
    downloads: s3Downloads(storeBucket(location)),
    jobs: deployedJobs(deployed, environment.WITNESSMARK_REPORT),
    requestId: randomUUID,
    log: ({ error, ...line }) => log({ ...line, error: messageOf(error) }),
  });
}
