import { randomUUID } from 'node:crypto';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { createApi } from '../../../api/api.ts';
import { gatewayClaims, principalOf } from '../../../api/principal.ts';
import { type AccessLog, accessLog } from '../../../app/access-log.ts';
import type { Catalogue } from '../../../catalog/catalogue.ts';
import { messageOf, WitnessmarkError } from '../../../model/error.ts';
import { s3Downloads } from '../reports/downloads.ts';
import { storeBucket } from '../store/store.ts';
import { activeCatalogue } from './active-catalogue.ts';
import { type Deployed, withDeployedStore } from './deployment.ts';
import type { StoreEnvironment } from './deployment-environment.ts';
import { deployedJobs } from './jobs.ts';

/** Variables of the API beside those of the store. */
export type ApiEnvironment = StoreEnvironment & {
  readonly WITNESSMARK_ISSUER: string;
  readonly WITNESSMARK_AUDIENCE: string;
  /** Name of the function that makes reports. */
  readonly WITNESSMARK_REPORT: string;
};

type Log = (line: Readonly<Record<string, unknown>>) => void;
type Answer = ReturnType<ReturnType<typeof handle>>;

/** How long an instance goes on with the custom set that it has seen, in milliseconds. */
const FRESH_MS = 30_000;

/** Nobody waits for it, and the index function signs later: a line of log is all that says so. */
const notSigned = (thrown: unknown) => ({
  ...{ level: 'warn', message: 'accesses are recorded, but not signed yet' },
  ...{ code: thrown instanceof WitnessmarkError ? thrown.code : 'unexpected', error: messageOf(thrown) },
});

interface Made {
  readonly api: ReturnType<typeof createApi>;
  readonly catalogue: Catalogue;
  readonly accesses: AccessLog;
  readonly checked: number;
}

/** Kept between the invocations of one function instance: it remembers what many requests ask again. */
let made: Made | undefined;

/**
 * Answers one event of API Gateway (HTTP API, payload format 2.0), whose authorizer has verified the token. What it
 * records has its place in the ledger before it answers; the next run of the index function signs it.
 */
export async function answerDeployed(environment: ApiEnvironment, event: object, log: Log): Promise<Awaited<Answer>> {
  const api = await withDeployedStore(environment, (deployed) => currentApi(deployed, environment, log));
  return handle(api)(event as LambdaEvent);
}

async function currentApi(deployed: Deployed, environment: ApiEnvironment, log: Log): Promise<Made['api']> {
  if (made !== undefined && Date.now() - made.checked < FRESH_MS) return made.api;
  const { catalogue } = await activeCatalogue(deployed.work);
  const accesses = made?.accesses ?? accessLog(deployed.store, (thrown) => log(notSigned(thrown)));
  const api = made?.catalogue === catalogue ? made.api : apiOf(deployed, environment, { catalogue, accesses, log });
  made = { api, catalogue, accesses, checked: Date.now() };
  return api;
}

function apiOf(
  deployed: Deployed,
  environment: ApiEnvironment,
  { catalogue, accesses, log }: Pick<Made, 'catalogue' | 'accesses'> & { log: Log },
): Made['api'] {
  const { store, location } = deployed;
  const { WITNESSMARK_ISSUER: issuer, WITNESSMARK_AUDIENCE: audience } = environment;
  return createApi({
    store,
    catalogue,
    accesses,
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
